/**
 * A wait until a count is zero: callbacks that are queued, handlers that run, work that is not done. To the explorer it
 * is a lock that those hold shared and that the waiter wants for itself, without keeping it: it is disabled while the
 * count is above zero, and did nothing before it goes on.
 */
import { locks as tellLock } from '../machine/state-watch.ts'
import { TaskState } from '../trace/fields.ts'
import { LockMode, type Lock, type Locks } from './locks.ts'
import type { Tasks } from './tasks.ts'

/** What gates count. Gates of one kind count from theirs: their names do not depend on the schedule. */
export const GateName = {
  RCU_CALLS: 1,
  RCU_FREES: 2,
  IRQ: 2 ** 20,
  WORK: 2 ** 24,
  QUEUE: 2 ** 25,
  SHRINKER: 2 ** 26,
} as const

export class Gate {
  private readonly lock: Lock
  /** How many there are. */
  count = 0

  constructor(
    private readonly locks: Locks,
    private readonly tasks: Tasks,
    /** What is counted: a `GateName`, and which. */
    name: number,
  ) {
    this.lock = { id: -name, type: 'gate', owner: -1, readers: [], done: 0, waiters: [], object: this }
  }

  /** The running step adds one to the count. */
  entered(): void {
    this.count++
    tellLock(this.lock, true, 'entered')
  }

  /** The running step takes one away. */
  left(): void {
    this.count--
    tellLock(this.lock, true, 'left')
    this.wake()
  }

  /** Who waits looks again. */
  wake(): void {
    if (this.lock.waiters.length === 0) return
    for (const task of this.lock.waiters.splice(0))
      if (this.tasks.state(task) === TaskState.BLOCKED) this.tasks.setState(task, TaskState.RUNNABLE)
  }

  /** The running step goes on because the count is zero. */
  passed(): void {
    tellLock(this.lock, false, 'awaited')
  }

  /** The running task cannot go on: it makes its call again when the count has changed. */
  wait(): void {
    const task = this.tasks.current
    this.locks.miss(task, this.lock, LockMode.EXCLUSIVE)
    if (!this.lock.waiters.includes(task)) this.lock.waiters.push(task)
    this.tasks.setState(task, TaskState.BLOCKED)
  }

  /** As at boot: nobody waits. */
  reset(): void {
    this.lock.waiters.length = 0
  }
}
