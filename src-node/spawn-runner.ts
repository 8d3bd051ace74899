/** Starts runners as worker threads. Shared by the command line and the desktop app's utility process. */
import { Worker } from 'node:worker_threads'
import type { FromRunner } from '../src-core/runtime/runner-messages.ts'
import type { PoolHost, RunnerHandle } from '../src-core/runtime/runner-pool.ts'

/** MiB of stack of a runner: call depth 5,000 has to fit. */
const STACK_MIB = 32
/** MiB of heap of a runner: a memory bomb ends the runner, not the host. */
const HEAP_MIB = 1024

/** Runners from the built worker entry at `script`. */
export function nodePoolHost(script: URL | string, keepsSpare: boolean): PoolHost {
  return {
    keepsSpare,
    spawnRunner: () => spawnRunner(script),
    after(milliseconds, call) {
      const timer = setTimeout(call, milliseconds)
      return () => clearTimeout(timer)
    },
  }
}

function spawnRunner(script: URL | string): RunnerHandle {
  const worker = new Worker(script, {
    resourceLimits: { stackSizeMb: STACK_MIB, maxOldGenerationSizeMb: HEAP_MIB },
    stdin: false,
    env: {},
  })
  let onMessage: (message: FromRunner) => void = () => undefined
  let onDeath: (reason: string) => void = () => undefined
  let dead = false
  const died = (reason: string): void => {
    if (dead) return
    dead = true
    onDeath(reason)
  }
  worker.on('message', (message: FromRunner) => onMessage(message))
  worker.on('error', (error) => died(error.message))
  worker.on('exit', (code) => died(`exit code ${code}`))
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (handler) => (onMessage = handler),
    onDeath: (handler) => (onDeath = handler),
    kill() {
      dead = true
      void worker.terminate()
    },
  }
}
