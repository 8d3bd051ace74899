/** linux/spinlock.h. Follows kernel/locking at v6.12 in outline. */
import { LockMode, type Lock } from '../../sched/locks.ts'
import { spinlock_t } from '../handles/objects.ts'
import { LockSteps } from '../lock-steps.ts'
import type { RunHost } from '../run-host.ts'
import type { Site, Surface } from '../surface.ts'

export function linuxSpinlock(s: Surface, host: RunHost) {
  const steps = new LockSteps(s, host)
  const of = (l: unknown): Lock => steps.lock(l, 'spinlock', spinlock_t.is)
  return {
    steps: {
      /** Takes the spinlock if it is free. Returns 1 if it was taken, 0 if not. */
      spin_trylock(site: Site, lock: spinlock_t): number {
        return steps.tryLock(site, of(lock), LockMode.EXCLUSIVE, true) ? 1 : 0
      },
      /** Releases the spinlock. */
      spin_unlock(site: Site, lock: spinlock_t): void {
        steps.unlock(site, of(lock), LockMode.EXCLUSIVE, true)
      },
      /** Releases the spinlock and lets interrupts in as before. */
      spin_unlock_irqrestore(site: Site, lock: spinlock_t, flags: number | number[]): void {
        void flags
        steps.unlock(site, of(lock), LockMode.EXCLUSIVE, true)
      },
    },
    suspending: {
      /** Takes the spinlock. Until it is released the task may not sleep. */
      spin_lock(site: Site, lock: spinlock_t): void {
        return steps.take(site, of(lock), LockMode.EXCLUSIVE, true) as void
      },
      /** Takes the spinlock with interrupts off; what they were is kept in `flags[0]`. */
      spin_lock_irqsave(site: Site, lock: spinlock_t, flags: number[]): void {
        if (Array.isArray(flags)) flags[0] = 0
        return steps.take(site, of(lock), LockMode.EXCLUSIVE, true) as void
      },
    },
    pure: {
      /** Initialises a spinlock in place and returns it. */
      spin_lock_init(lock: object): spinlock_t {
        return steps.init(lock, 'spinlock') as spinlock_t
      },
      /** A ready spinlock. */
      DEFINE_SPINLOCK(name: string): spinlock_t {
        void name
        return new spinlock_t()
      },
    },
    values: {
      /** Storage of a spinlock: `new spinlock_t()`. */
      spinlock_t: spinlock_t as new () => spinlock_t,
    },
  }
}
