/** The core as the command line uses it: a supervisor in this thread, runners in worker threads. */
import { Supervisor } from '../src-core/protocol/supervisor.ts'
import { spawnExplorer } from '../src-node/spawn-explorer.ts'
import { nodePoolHost } from '../src-node/spawn-runner.ts'

/** `runs`: false = it is asked to compile only, and starts no runner before one is needed. */
export function newSupervisor(runs = true): Supervisor {
  return new Supervisor({
    warms: runs,
    ...nodePoolHost(new URL('../src-node/runner-worker.ts', import.meta.url), false),
    spawnExplorer: () => spawnExplorer(new URL('../src-node/explore-worker.ts', import.meta.url)),
    now: () => performance.now(),
  })
}
