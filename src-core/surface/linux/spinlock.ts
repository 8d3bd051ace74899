/** linux/spinlock.h. Follows kernel/locking at v6.12 in outline: a waiter does not spin, it goes on when woken. */
import { locks as tellLock } from '../../machine/state-watch.ts'
import { LockMode, type Lock } from '../../sched/locks.ts'
import { spinlock_t } from '../handles/objects.ts'
import { LockSteps, Spinning } from '../lock-steps.ts'
import type { RunHost } from '../run-host.ts'
import type { Site, Surface } from '../surface.ts'

/** What a processor's flags are when it takes interrupts (X86_EFLAGS_IF). */
const FLAGS_ON = 0x200

export function linuxSpinlock(s: Surface, host: RunHost) {
  const steps = new LockSteps(s, host)
  const of = (l: unknown): Lock => steps.lock(l, 'spinlock', spinlock_t.is)
  const flagsNow = (): number => (s.tasks.irqsOff(s.control.task) ? 0 : FLAGS_ON)
  return {
    steps: {
      /** Takes the spinlock if it is free. Returns 1 if it was taken, 0 if not. */
      spin_trylock(site: Site, lock: spinlock_t): number {
        return steps.tryLock(site, of(lock), LockMode.EXCLUSIVE, Spinning.PLAIN) ? 1 : 0
      },
      /** Takes the spinlock with interrupts off if it is free; what they were is kept in `flags[0]`. Returns 1 or 0. */
      spin_trylock_irqsave(site: Site, lock: spinlock_t, flags: number[]): number {
        if (Array.isArray(flags)) flags[0] = flagsNow()
        return steps.tryLock(site, of(lock), LockMode.EXCLUSIVE, Spinning.IRQ) ? 1 : 0
      },
      /** Releases the spinlock. */
      spin_unlock(site: Site, lock: spinlock_t): void {
        steps.unlock(site, of(lock), LockMode.EXCLUSIVE, Spinning.PLAIN)
      },
      /** Releases the spinlock and lets interrupts in as before. An interrupt that was pending is handled now. */
      spin_unlock_irqrestore(site: Site, lock: spinlock_t, flags: number | number[]): void {
        void flags
        steps.unlock(site, of(lock), LockMode.EXCLUSIVE, Spinning.IRQ)
        return s.interrupts.enabled(site) as void
      },
      /** Releases the spinlock and lets interrupts in. An interrupt that was pending is handled now. */
      spin_unlock_irq(site: Site, lock: spinlock_t): void {
        steps.unlock(site, of(lock), LockMode.EXCLUSIVE, Spinning.IRQ)
        return s.interrupts.enabled(site) as void
      },
      /** Releases the spinlock and lets softirqs in. */
      spin_unlock_bh(site: Site, lock: spinlock_t): void {
        steps.unlock(site, of(lock), LockMode.EXCLUSIVE, Spinning.BH)
      },
    },
    suspending: {
      /** Takes the spinlock. Until it is released the task may not sleep. */
      spin_lock(site: Site, lock: spinlock_t): void {
        return steps.take(site, of(lock), LockMode.EXCLUSIVE, Spinning.PLAIN) as void
      },
      /** Takes the spinlock with interrupts off; what they were is kept in `flags[0]`. */
      spin_lock_irqsave(site: Site, lock: spinlock_t, flags: number[]): void {
        if (Array.isArray(flags)) flags[0] = flagsNow()
        return steps.take(site, of(lock), LockMode.EXCLUSIVE, Spinning.IRQ) as void
      },
      /** Takes the spinlock with interrupts off. Only for code that knows that they are on. */
      spin_lock_irq(site: Site, lock: spinlock_t): void {
        return steps.take(site, of(lock), LockMode.EXCLUSIVE, Spinning.IRQ) as void
      },
      /** Takes the spinlock with softirqs off. */
      spin_lock_bh(site: Site, lock: spinlock_t): void {
        return steps.take(site, of(lock), LockMode.EXCLUSIVE, Spinning.BH) as void
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
      /** True if somebody holds the spinlock. No step. */
      spin_is_locked(lock: spinlock_t): boolean {
        const known = of(lock)
        tellLock(known, false, 'read')
        return known.owner >= 0
      },
    },
    values: {
      /** Storage of a spinlock: `new spinlock_t()`. */
      spinlock_t: spinlock_t as new () => spinlock_t,
    },
  }
}
