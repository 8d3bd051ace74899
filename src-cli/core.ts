/** The core as the command line uses it: a supervisor in this thread, runners in worker threads. */
import { Supervisor } from '../src-core/protocol/supervisor.ts'
import { spawnExplorer } from '../src-node/spawn-explorer.ts'
import { nodePoolHost } from '../src-node/spawn-runner.ts'

export function newSupervisor(): Supervisor {
  return new Supervisor({
    ...nodePoolHost(new URL('../src-node/runner-worker.ts', import.meta.url), false),
    spawnExplorer: () => spawnExplorer(new URL('../src-node/explore-worker.ts', import.meta.url)),
    now: () => performance.now(),
  })
}
