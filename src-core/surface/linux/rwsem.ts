/** linux/rwsem.h. Follows kernel/locking at v6.12 in outline. */
import { locks as tellLock } from '../../machine/state-watch.ts'
import { LockMode, type Lock } from '../../sched/locks.ts'
import { rw_semaphore } from '../handles/objects.ts'
import { LockSteps } from '../lock-steps.ts'
import type { RunHost } from '../run-host.ts'
import type { Site, Surface } from '../surface.ts'

export function linuxRwsem(s: Surface, host: RunHost) {
  const steps = new LockSteps(s, host)
  const of = (l: unknown): Lock => steps.lock(l, 'rw_semaphore', rw_semaphore.is)
  return {
    steps: {
      /** Takes the semaphore shared if nobody holds it exclusively. Returns 1 if it was taken, 0 if not. */
      down_read_trylock(site: Site, sem: rw_semaphore): number {
        return steps.tryLock(site, of(sem), LockMode.SHARED) ? 1 : 0
      },
      /** Releases a shared hold. */
      up_read(site: Site, sem: rw_semaphore): void {
        steps.unlock(site, of(sem), LockMode.SHARED)
      },
      /** Releases an exclusive hold. */
      up_write(site: Site, sem: rw_semaphore): void {
        steps.unlock(site, of(sem), LockMode.EXCLUSIVE)
      },
    },
    suspending: {
      /** Takes the semaphore shared, sleeping while somebody holds it exclusively. */
      down_read(site: Site, sem: rw_semaphore): void {
        return steps.take(site, of(sem), LockMode.SHARED) as void
      },
      /** Takes the semaphore exclusively, sleeping until nobody holds it. */
      down_write(site: Site, sem: rw_semaphore): void {
        return steps.take(site, of(sem), LockMode.EXCLUSIVE) as void
      },
    },
    pure: {
      /** True if somebody holds the semaphore, shared or exclusively. No step. */
      rwsem_is_locked(sem: rw_semaphore): boolean {
        const known = of(sem)
        tellLock(known, false, 'read')
        return known.owner >= 0 || known.readers.length > 0
      },
      /** Initialises a semaphore in place and returns it. */
      init_rwsem(sem: object): rw_semaphore {
        return steps.init(sem, 'rw_semaphore') as rw_semaphore
      },
    },
    values: {
      /** Storage of a semaphore: `new rw_semaphore()`. */
      rw_semaphore: rw_semaphore as new () => rw_semaphore,
    },
  }
}
