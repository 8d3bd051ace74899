/**
 * RCU: read-side sections, grace periods, callbacks. Follows KERNEL_FACTS §13: a grace period ends when every task
 * that was inside a section at its start has left it; callbacks queued before the start may run then.
 * Simplified: the whole machine has one grace period at a time, and it ends as soon as it can.
 */
import type { Steps } from './driven.ts'
import type { Tasks } from './tasks.ts'

/** A callback that waits for a grace period. */
export interface RcuCallback {
  /** Site that queued it. */
  readonly site: number
  /** What runs: in the task of the RCU softirq. */
  readonly run: () => Steps
  /** Tasks whose sections began before it was queued and have not ended. */
  readonly readers: Set<number>
  /** It is one of kfree_rcu(), which collects what it is given and starts its own grace period later. */
  readonly isBatched: boolean
  /** Steps that it has to come after: the one that queued it, those that ended its readers' sections. */
  readonly after: number[]
}

export class Rcu {
  private queue: RcuCallback[] = []

  constructor(private readonly tasks: Tasks) {}

  /** Tasks inside a read-side section now. */
  readers(): Set<number> {
    const readers = new Set<number>()
    for (const { id } of this.tasks.list) if (this.tasks.rcuNesting(id) > 0) readers.add(id)
    return readers
  }

  /** Queues a callback behind the readers of now. `step`: the step that does it. */
  call(site: number, run: () => Steps, step = 0, isBatched = false): void {
    this.queue.push({ site, run, readers: this.readers(), after: [step], isBatched })
  }

  /** A task left its outermost section, in step `step`. */
  left(task: number, step = 0): void {
    for (const callback of this.queue) if (callback.readers.delete(task)) callback.after.push(step)
  }

  /**
   * Takes the callbacks whose grace period has passed, in the order they were queued; `one`: only the first; `which`:
   * only those of call_rcu(), or of kfree_rcu().
   */
  takeReady(one = false, which: 'all' | 'calls' | 'frees' = 'all'): RcuCallback[] {
    let ready = this.queue.filter(
      ({ readers, isBatched }) => readers.size === 0 && (which === 'all' || isBatched === (which === 'frees')),
    )
    if (one) ready = ready.slice(0, 1)
    this.queue = this.queue.filter((callback) => !ready.includes(callback))
    return ready
  }

  get hasReady(): boolean {
    return this.queue.length > 0 && this.queue.some((callback) => callback.readers.size === 0)
  }
  /** True while a callback of call_rcu() waits. */
  get hasCalls(): boolean {
    return this.queue.some((callback) => !callback.isBatched)
  }
  /** True while memory given to kfree_rcu() waits. */
  get hasFrees(): boolean {
    return this.queue.some((callback) => callback.isBatched)
  }
  get isEmpty(): boolean {
    return this.queue.length === 0
  }
}
