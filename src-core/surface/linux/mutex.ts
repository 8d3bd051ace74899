/** linux/mutex.h. Follows kernel/locking at v6.12 in outline. */
import { locks as tellLock } from '../../machine/state-watch.ts'
import { LockMode, type Lock } from '../../sched/locks.ts'
import { mutex } from '../handles/objects.ts'
import { LockSteps } from '../lock-steps.ts'
import type { RunHost } from '../run-host.ts'
import type { Site, Surface } from '../surface.ts'

export function linuxMutex(s: Surface, host: RunHost) {
  const steps = new LockSteps(s, host)
  const of = (m: unknown): Lock => steps.lock(m, 'mutex', mutex.is)
  return {
    steps: {
      /** Takes the mutex if it is free. Returns 1 if it was taken, 0 if not. Never sleeps. */
      mutex_trylock(site: Site, lock: mutex): number {
        return steps.tryLock(site, of(lock), LockMode.EXCLUSIVE) ? 1 : 0
      },
      /** Releases the mutex. Only the task that took it may. */
      mutex_unlock(site: Site, lock: mutex): void {
        steps.unlock(site, of(lock), LockMode.EXCLUSIVE)
      },
    },
    suspending: {
      /** Takes the mutex, sleeping until it is free. Taking it twice in one task is a deadlock. */
      mutex_lock(site: Site, lock: mutex): void {
        return steps.take(site, of(lock), LockMode.EXCLUSIVE) as void
      },
    },
    pure: {
      /** Initialises a mutex in place and returns it. */
      mutex_init(lock: object): mutex {
        return steps.init(lock, 'mutex') as mutex
      },
      /** True if somebody holds the mutex. No step. */
      mutex_is_locked(lock: mutex): boolean {
        const known = of(lock)
        tellLock(known, false, 'read')
        return known.owner >= 0
      },
      /** A ready mutex. */
      DEFINE_MUTEX(name: string): mutex {
        void name
        return new mutex()
      },
    },
    values: {
      /** Storage of a mutex: `new mutex()`. */
      mutex: mutex as new () => mutex,
    },
  }
}
