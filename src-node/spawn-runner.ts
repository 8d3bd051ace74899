/** Starts runners as worker threads. Shared by the command line and the desktop app's utility process. */
import { Worker } from 'node:worker_threads'
import type { FromRunner } from '../src-core/runtime/runner-messages.ts'
import type { PoolHost, RunnerHandle } from '../src-core/runtime/runner-pool.ts'
import { endThread } from './stuck-threads.ts'

/** MiB of stack of a runner: call depth 5,000 has to fit. */
const STACK_MIB = 32
/** MiB of heap of a runner: a memory bomb ends the runner, not the host. */
const HEAP_MIB = 1024
/** Bytes that this process may grow by during a run: what is outside the heaps (array buffers) has no other limit. */
const GROWTH = 3 * 2 ** 30
/** How often that is looked at, ms. */
const LOOK_MS = 50

/** Runners from the built worker entry at `script`. */
export function nodePoolHost(script: URL | string, keepsSpare: boolean): PoolHost {
  return {
    keepsSpare,
    spawnRunner: () => spawnRunner(script),
    after(milliseconds, call) {
      const timer = setTimeout(call, milliseconds)
      return () => clearTimeout(timer)
    },
    soon: (call) => void setImmediate(call),
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
    growth.stop()
    onDeath(reason)
  }
  const growth = watchGrowth(() => {
    died('the program took too much memory')
    endThread(worker)
  })
  worker.on('message', (message: FromRunner) => {
    if (message.type === 'ended' || message.type === 'failed') growth.stop()
    onMessage(message)
  })
  worker.on('error', (error) => died(error.message))
  worker.on('exit', (code) => died(`exit code ${code}`))
  return {
    post(message) {
      if (message.type === 'run') growth.start()
      worker.postMessage(message)
    },
    onMessage: (handler) => (onMessage = handler),
    onDeath: (handler) => (onDeath = handler),
    kill() {
      dead = true
      growth.stop()
      endThread(worker)
    },
  }
}

/** Looks at the size of the process while a run goes on. */
function watchGrowth(tooMuch: () => void): { start(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined
  const stop = (): void => clearInterval(timer)
  return {
    start() {
      stop()
      const most = process.memoryUsage.rss() + GROWTH
      timer = setInterval(() => {
        if (process.memoryUsage.rss() > most) tooMuch()
      }, LOOK_MS)
    },
    stop,
  }
}
