/** Entry of the core in a browser: the supervisor, with its runners as nested workers. */
import type { ExplorerHandle } from '../../src-core/explore/explore-pool.ts'
import type { FromExplorer } from '../../src-core/explore/messages.ts'
import { serve } from '../../src-core/protocol/server.ts'
import { Supervisor } from '../../src-core/protocol/supervisor.ts'
import type { FromRunner } from '../../src-core/runtime/runner-messages.ts'
import type { PoolHost, RunnerHandle } from '../../src-core/runtime/runner-pool.ts'
import { soon } from './soon.ts'

const host: PoolHost = {
  keepsSpare: true,
  spawnRunner,
  after(milliseconds, call) {
    const timer = setTimeout(call, milliseconds)
    return () => clearTimeout(timer)
  },
  soon,
}

function spawnRunner(): RunnerHandle {
  const worker = new Worker(new URL('./runner.worker.ts', import.meta.url), { type: 'module', name: 'runner' })
  return {
    post: (message) => worker.postMessage(message),
    onMessage(handler) {
      worker.onmessage = (event: MessageEvent<FromRunner>) => handler(event.data)
    },
    onDeath(handler) {
      worker.onerror = (event) => {
        event.preventDefault()
        handler(event.message || 'it could not be loaded')
      }
    },
    kill: () => worker.terminate(),
  }
}

function spawnExplorer(): ExplorerHandle {
  const worker = new Worker(new URL('./explore.worker.ts', import.meta.url), { type: 'module', name: 'explorer' })
  return {
    post: (message) => worker.postMessage(message),
    onMessage(handler) {
      worker.onmessage = (event: MessageEvent<FromExplorer>) => handler(event.data)
    },
    onDeath(handler) {
      worker.onerror = (event) => {
        event.preventDefault()
        handler(event.message || 'it could not be loaded')
      }
    },
    kill: () => worker.terminate(),
  }
}

const supervisor = new Supervisor({ ...host, spawnExplorer, now: () => performance.now() })
supervisor.onReplaced = (reason) => self.postMessage({ notice: 'runner-replaced', reason })
serve(
  {
    postMessage: (message, transfer) => self.postMessage(message, { transfer: transfer ?? [] }),
    onMessage(handler) {
      self.onmessage = (event: MessageEvent<unknown>) => handler(event.data)
    },
  },
  supervisor,
)

// Held for as long as this worker lives: the page waits for it and so hears of its end at once (connect.ts).
void navigator.locks.request(self.name, () => new Promise<never>(() => {}))
