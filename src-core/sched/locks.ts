/**
 * Locks as waitable state: mutexes, spinlocks, rw semaphores, completions. Follows kernel/locking at v6.12 in outline:
 * who holds, who waits, in order of arrival. No fairness or spinning is modelled: waiters try again when woken.
 */
import { put } from '../base/packed.ts'
import { TaskState } from '../trace/fields.ts'
import type { Tasks } from './tasks.ts'

/** How a lock is held; the second detail of a LOCK operation. */
export const LockMode = { EXCLUSIVE: 0, SHARED: 1, COMPLETION: 2 } as const
export type LockMode = (typeof LockMode)[keyof typeof LockMode]

/** One lock. */
export interface Lock {
  readonly id: number
  /** `mutex`, `spinlock`, `rwsem`, `completion`. */
  readonly type: string
  /** Task that holds it exclusively; -1 = nobody. */
  owner: number
  /** Tasks that hold it shared. */
  readonly readers: number[]
  /** Times it was completed and not yet waited for (completions). */
  done: number
  readonly waiters: number[]
  /** What stands for it in the program. */
  readonly object: object
}

/** A lock that a task did not get, and how it wanted it. */
export interface Miss {
  readonly lock: Lock
  readonly mode: LockMode
}

/** The locks of a run, by the object that stands for them. */
export class Locks {
  private readonly known = new WeakMap<object, Lock>()
  /** All of them; the lock with id n is the n-th. */
  readonly list: Lock[] = []
  /** By task: the lock it tried to take last and did not get, and how. */
  private readonly misses: (Miss | undefined)[] = []
  private anyMissed = false
  /** Called with every lock that is made. */
  made: ((lock: Lock) => void) | null = null

  constructor(private readonly tasks: Tasks) {}

  /** As at boot: no locks. */
  reset(): void {
    if (this.list.length > 0) this.list.length = 0
    if (this.anyMissed) this.misses.length = 0
    this.anyMissed = false
  }

  /** The lock that a task tried to take last and did not get, and how; undefined = there is none. */
  missed(task: number): Miss | undefined {
    return this.anyMissed ? this.misses[task] : undefined
  }
  /** A task did not get a lock. */
  miss(task: number, lock: Lock, mode: LockMode): void {
    put(this.misses, task, { lock, mode }, undefined)
    this.anyMissed = true
  }
  /** A task tries something else. */
  forgetMissed(task: number): void {
    if (this.anyMissed) this.misses[task] = undefined
  }

  /** Makes (or makes anew) the lock that an object stands for. */
  init(object: object, type: string): Lock {
    const id = this.list.length + 1
    const lock: Lock = { id, type, owner: -1, readers: [], done: 0, waiters: [], object }
    this.list.push(lock)
    this.known.set(object, lock)
    this.made?.(lock)
    return lock
  }

  /** The lock of an object; undefined if it was never initialised. */
  find(object: object): Lock | undefined {
    return this.known.get(object)
  }

  /** Takes the lock for the running task if it is free for that mode. */
  tryTake(lock: Lock, mode: LockMode): boolean {
    if (this.take(lock, mode)) return true
    this.miss(this.tasks.current, lock, mode)
    return false
  }

  private take(lock: Lock, mode: LockMode): boolean {
    const task = this.tasks.current
    if (mode === LockMode.COMPLETION) {
      if (lock.done === 0) return false
      lock.done--
      return true
    }
    if (lock.owner >= 0 || (mode === LockMode.EXCLUSIVE && lock.readers.length > 0)) return false
    if (mode === LockMode.SHARED) lock.readers.push(task)
    else lock.owner = task
    return true
  }

  /** The lock that a task waits for; undefined = none. */
  waitedFor(task: number): Lock | undefined {
    return this.list.find((lock) => lock.waiters.includes(task))
  }

  /** The running task waits for the lock. */
  wait(lock: Lock): void {
    const task = this.tasks.current
    if (!lock.waiters.includes(task)) lock.waiters.push(task)
    this.tasks.setState(task, TaskState.BLOCKED)
  }

  /** Releases what the running task holds; false if it holds nothing in that mode. */
  release(lock: Lock, mode: LockMode): boolean {
    const task = this.tasks.current
    if (mode === LockMode.SHARED) {
      const at = lock.readers.indexOf(task)
      if (at < 0) return false
      lock.readers.splice(at, 1)
    } else {
      if (lock.owner !== task) return false
      lock.owner = -1
    }
    this.wake(lock)
    return true
  }

  /** `complete()`: one waiter may go on. */
  complete(lock: Lock, all: boolean): void {
    lock.done = all ? Number.MAX_SAFE_INTEGER : lock.done + 1
    this.wake(lock)
  }

  private wake(lock: Lock): void {
    for (const task of lock.waiters.splice(0)) {
      if (this.tasks.state(task) === TaskState.BLOCKED) this.tasks.setState(task, TaskState.RUNNABLE)
    }
  }
}
