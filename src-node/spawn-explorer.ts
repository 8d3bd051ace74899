/** Starts exploring workers as worker threads. */
import { Worker } from 'node:worker_threads'
import type { ExplorerHandle } from '../src-core/explore/explore-pool.ts'
import type { FromExplorer } from '../src-core/explore/messages.ts'
import { endThread } from './stuck-threads.ts'

/** MiB of stack and of heap of a worker, as for runners. */
const STACK_MIB = 32
const HEAP_MIB = 2048
/** Executions leave much behind that dies at once. */
const YOUNG_MIB = 96

/** A worker from the built entry at `script`. */
export function spawnExplorer(script: URL | string): ExplorerHandle {
  const worker = new Worker(script, {
    resourceLimits: { stackSizeMb: STACK_MIB, maxOldGenerationSizeMb: HEAP_MIB, maxYoungGenerationSizeMb: YOUNG_MIB },
    stdin: false,
    env: {},
  })
  let onMessage: (message: FromExplorer) => void = () => undefined
  let onDeath: (reason: string) => void = () => undefined
  let dead = false
  const died = (reason: string): void => {
    if (dead) return
    dead = true
    onDeath(reason)
  }
  worker.on('message', (message: FromExplorer) => onMessage(message))
  worker.on('error', (error) => died(error.message))
  worker.on('exit', (code) => died(`exit code ${code}`))
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (handler) => (onMessage = handler),
    onDeath: (handler) => (onDeath = handler),
    kill() {
      dead = true
      endThread(worker)
    },
  }
}
