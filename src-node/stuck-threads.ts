/**
 * Worker threads that were told to end and have not. V8 ends a thread at the next call or loop turn; a built-in
 * function that works through billions of elements has neither, and a process cannot exit while such a thread runs.
 */
import type { Worker } from 'node:worker_threads'

/** A thread that has not ended after so long will not, for a while: ms. */
export const STUCK_MS = 2_000

const ending = new Set<Worker>()
let onStuck: () => void = () => undefined

/** Ends a thread. */
export function endThread(worker: Worker): void {
  ending.add(worker)
  const timer = setTimeout(() => onStuck(), STUCK_MS)
  timer.unref()
  void worker.terminate().then(() => {
    clearTimeout(timer)
    ending.delete(worker)
  })
}

/** Calls back when a thread does not end: the process has to be given up. */
export function whenStuck(handler: () => void): void {
  onStuck = handler
}

/** Waits at most `milliseconds` for the threads that were told to end; true if they did. */
export async function threadsEnded(milliseconds: number): Promise<boolean> {
  for (let waited = 0; ending.size > 0 && waited < milliseconds; waited += 10)
    await new Promise((resolve) => setTimeout(resolve, 10))
  return ending.size === 0
}

/** Ends this process at once, whatever its threads do; its exit status is that of a killed one. */
export function giveUp(): void {
  process.kill(process.pid, 'SIGKILL')
}
