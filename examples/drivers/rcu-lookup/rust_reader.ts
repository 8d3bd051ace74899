/** A reader that is inside its section when the owner takes the page away. */
import { kthread_run, cond_resched, pr_info } from 'linux'
import type { KernelError } from 'kernel'

interface Slot {
  publish(value: number): void
  read(meanwhile: () => void): number
  revoke(): void
}

/** Runs `f` and says which error it throws. */
function attempt(what: string, f: () => unknown): void {
  try {
    f()
  } catch (error) {
    pr_info(`${what}: ${(error as KernelError).errno}`)
  }
}

export function read_and_revoke({ publish, read, revoke }: Slot): void {
  attempt('nothing there', () => read(() => undefined))
  attempt('nothing to take', revoke)
  publish(42)
  attempt('there is one already', () => publish(43))
  kthread_run(() => pr_info(`the reader that was inside reads ${read(() => cond_resched())}`), 'reader')
  cond_resched()
  revoke()
  attempt('a reader that comes later', () => read(() => undefined))
}
