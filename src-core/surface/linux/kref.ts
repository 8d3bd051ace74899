/**
 * linux/kref.h: a reference counter with a function that frees what it counts. Follows include/linux/kref.h at v6.12:
 * a refcount_t, with its warnings.
 */
import { callUser, Driven, type Steps } from '../../sched/driven.ts'
import { atomic_t } from '../handles/cells.ts'
import type { Site, Surface } from '../surface.ts'
import { counterToSet } from './atomic.ts'
import { Refcounts } from './refcount.ts'

export function linuxKref(s: Surface) {
  const counts = new Refcounts(s)

  function* released(release: (kref: object) => void, kref: object): Steps {
    yield* callUser(release, [kref])
    return 1
  }

  return {
    steps: {
      /** Makes a counter of 1: the reference of whoever made the object. */
      kref_init(site: Site, kref: object): void {
        atomic_t.write(counterToSet(s, kref), site, 1)
      },
      /** Takes a reference. Needs: one that is already held; on 0 it warns and saturates. */
      kref_get(site: Site, kref: object): void {
        counts.inc(site, kref)
      },
      /** Takes a reference unless the count is 0: for objects found without one. 1 if it was taken, else 0. */
      kref_get_unless_zero(site: Site, kref: object): number {
        return counts.incNotZero(site, kref) ? 1 : 0
      },
      /** The count. */
      kref_read(site: Site, kref: object): number {
        return counts.read(site, kref)
      },
    },
    suspending: {
      /**
       * Drops a reference. The last one calls `release(kref)`, which frees the object: `container_of(kref, Foo, 'ref')`
       * is where it lies. Returns 1 if it was the last, 0 if not; what was not may be gone all the same a moment later.
       */
      kref_put(site: Site, kref: object, release: (kref: object) => void): number {
        if (typeof release !== 'function') throw new TypeError('kref_put() takes a kref and the function that frees')
        if (!counts.decAndTest(site, kref)) return 0
        return new Driven(released(release, kref)) as unknown as number
      },
    },
    values: {
      /** Field type and storage of a counter: `struct('foo', { ref: kref })`, `new kref()`. */
      kref: s.makeKref as unknown as new () => atomic_t,
    },
  }
}
