/**
 * Entry of the utility process: the core's supervisor, served to each page over its own port. Runners are worker
 * threads of this process. Whether it still answers is asked by the main process.
 */
import { serve } from '../src-core/protocol/server.ts'
import { Supervisor } from '../src-core/protocol/supervisor.ts'
import { spawnExplorer } from '../src-node/spawn-explorer.ts'
import { nodePoolHost } from '../src-node/spawn-runner.ts'
import { giveUp, whenStuck } from '../src-node/stuck-threads.ts'
import type { FromCore, ToCore } from './core-messages.ts'

const runner = new URL('../src-node/runner-worker.ts', import.meta.url)
const explorer = new URL('../src-node/explore-worker.ts', import.meta.url)
const supervisor = new Supervisor({
  ...nodePoolHost(runner, true),
  spawnExplorer: () => spawnExplorer(explorer),
  now: () => performance.now(),
})

/** Pages that are served now. */
const pages = new Set<Electron.MessagePortMain>()

supervisor.onReplaced = (reason) => {
  for (const page of pages) page.postMessage({ notice: 'runner-replaced', reason })
}

/** Time for the reason to reach the main process, ms. */
const LAST_WORDS_MS = 100

// A runner that does not end takes a processor for itself: this process goes with it, and the main process has another.
whenStuck(() => {
  const reason = 'a program could not be stopped in any other way'
  process.parentPort.postMessage({ kind: 'ending', reason } satisfies FromCore)
  setTimeout(giveUp, LAST_WORDS_MS)
})

process.parentPort.on('message', ({ data, ports }) => {
  const message = data as ToCore
  if (message.kind === 'ping') process.parentPort.postMessage({ kind: 'pong' } satisfies FromCore)
  else for (const port of ports) servePage(port)
})

/** Answers one page until it is gone or loads anew. */
function servePage(port: Electron.MessagePortMain): void {
  pages.add(port)
  const service = serve(
    {
      // A port to another process copies: there is nothing to transfer.
      postMessage: (message) => port.postMessage(message),
      onMessage: (handle) => port.on('message', ({ data }) => handle(data)),
    },
    supervisor,
  )
  port.on('close', () => {
    pages.delete(port)
    service.close()
  })
  port.start()
}
