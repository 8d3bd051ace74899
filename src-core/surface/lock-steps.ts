/** What the lock modules share: finding a lock, taking it, waiting for it, releasing it. */
import { locks as tellLock } from '../machine/state-watch.ts'
import { Context } from '../trace/fields.ts'
import { Flag, LockClass, Op } from '../trace/ops.ts'
import type { Locks } from '../sched/locks.ts'
import { LockMode, type Lock } from '../sched/locks.ts'
import { mustNotBeNull } from './arguments.ts'
import type { RunHost } from './run-host.ts'
import type { Site, Surface } from './surface.ts'

/** Second detail of a lock's rows, by type of lock. */
const CLASSES: Readonly<Record<string, number>> = {
  spinlock: LockClass.SPINLOCK,
  mutex: LockClass.MUTEX,
  rwsem: LockClass.RWSEM,
  rw_semaphore: LockClass.RWSEM,
  completion: LockClass.COMPLETION,
}

/** `LockClass` of a lock; 0 = none of them. */
export function lockClass(lock: Lock): number {
  return CLASSES[lock.type] ?? 0
}

/** What a task enters with a spinlock: sections in which it may not sleep (units of `Context`). */
export const Spinning = {
  PLAIN: Context.PREEMPT,
  IRQ: Context.PREEMPT | Context.IRQS_OFF,
  BH: Context.PREEMPT | Context.BH_OFF,
} as const

export class LockSteps {
  readonly locks: Locks

  constructor(
    private readonly s: Surface,
    private readonly host: RunHost,
  ) {
    this.locks = s.locks
  }

  /**
   * The lock behind an argument. Storage made with `new` or embedded in a struct is ready; a plain object has to be
   * initialised.
   */
  lock(object: unknown, type: string, isOwn: (value: unknown) => boolean): Lock {
    mustNotBeNull(object, `a ${type}`)
    if (typeof object !== 'object' || object === null) throw new TypeError(`this call takes a ${type}`)
    const known = this.locks.find(object)
    if (known !== undefined && known.type === type) return known
    if (isOwn(object)) return this.locks.init(object, type)
    throw new TypeError(`the ${type} was never initialised: call its init function first`)
  }

  init<T extends object>(object: T, type: string): T {
    if (typeof object !== 'object' || object === null)
      throw new TypeError(`the init function of a ${type} takes an object`)
    const known = this.locks.find(object)
    const lock = this.locks.init(object, type)
    // Somebody may be using it: no step of its own, so it is told with the one before.
    if (known !== undefined) {
      tellLock(known, false, 'reset')
      tellLock(lock, false, 'reset')
    }
    return object
  }

  /** Takes the lock or waits for it: then `blocked` is returned and the call is made again. `enters`: a `Spinning`. */
  take(site: Site, lock: Lock, mode: LockMode, enters = 0): unknown {
    const { s, host } = this
    if (!this.locks.tryTake(lock, mode)) {
      host.needsInterleaving()
      this.locks.wait(lock)
      return host.blocked
    }
    if (enters !== 0) s.tasks.enter(s.control.task, enters)
    s.trace.begin(site)
    const kind = mode === LockMode.COMPLETION ? Op.wait_for_completion : Op.lock
    s.done(kind, 0, lock.id, mode, lockClass(lock), 0)
    return undefined
  }

  tryLock(site: Site, lock: Lock, mode: LockMode, enters = 0): boolean {
    const { s } = this
    const taken = this.locks.tryTake(lock, mode)
    if (taken && enters !== 0) s.tasks.enter(s.control.task, enters)
    s.trace.begin(site)
    s.done(Op.trylock, 0, lock.id, mode, lockClass(lock), taken ? 0 : Flag.FAILED)
    return taken
  }

  unlock(site: Site, lock: Lock, mode: LockMode, leaves = 0): void {
    const { s } = this
    s.trace.begin(site)
    const held = this.locks.release(lock, mode)
    if (held && leaves !== 0) s.tasks.leave(s.control.task, leaves)
    s.done(Op.unlock, 0, lock.id, mode, lockClass(lock), held ? 0 : Flag.FAILED | Flag.WARNED)
  }
}
