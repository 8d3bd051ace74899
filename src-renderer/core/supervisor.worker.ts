/** Entry of the core in a browser: the supervisor, with its runners as nested workers. */
import type { ExplorerHandle } from '../../src-core/explore/explore-pool.ts'
import type { FromExplorer, ToExplorer } from '../../src-core/explore/messages.ts'
import { serve } from '../../src-core/protocol/server.ts'
import { Supervisor } from '../../src-core/protocol/supervisor.ts'
import type { FromRunner, ToRunner } from '../../src-core/runtime/runner-messages.ts'
import type { PoolHost, RunnerHandle } from '../../src-core/runtime/runner-pool.ts'
import { soon } from './soon.ts'
import { watched } from './spawn-worker.ts'
import { holdLife } from './worker-life.ts'

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
  const name = `runner-${crypto.randomUUID()}`
  const worker = new Worker(new URL('./runner.worker.ts', import.meta.url), { type: 'module', name })
  return watched<FromRunner, ToRunner>(worker, name)
}

function spawnExplorer(): ExplorerHandle {
  const name = `explorer-${crypto.randomUUID()}`
  const worker = new Worker(new URL('./explore.worker.ts', import.meta.url), { type: 'module', name })
  return watched<FromExplorer, ToExplorer>(worker, name)
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

holdLife()
