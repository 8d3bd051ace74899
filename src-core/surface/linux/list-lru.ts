/** linux/list_lru.h. Follows mm/list_lru.c at v6.12 (surface/lru-lists.ts). */
import { Driven } from '../../sched/driven.ts'
import { changes, Part, reads } from '../../machine/state-watch.ts'
import { Flag, Op } from '../../trace/ops.ts'
import { list_lru, type list_lru_one } from '../handles/lru.ts'
import type { list_head } from '../handles/list.ts'
import type { spinlock_t } from '../handles/objects.ts'
import type { shrink_control } from '../handles/shrinker.ts'
import { LruStatus, type Lru } from '../lru-lists.ts'
import type { RunHost } from '../run-host.ts'
import { numberOf } from '../arguments.ts'
import type { Site, Surface } from '../surface.ts'

const ENOMEM = -12
const EVERYTHING = Number.MAX_SAFE_INTEGER

export function linuxListLru(s: Surface, host: RunHost) {
  const { trace, lrus, lists } = s

  function of(value: unknown): Lru {
    const lru = lrus.find(value)
    if (lru !== undefined) return lru
    if (value === null || value === undefined) s.pointer(null, Op.list_lru_add)
    throw new TypeError('this list_lru was never initialised (list_lru_init), or it was destroyed')
  }
  function init(site: Site, lru: object): number {
    if (typeof lru !== 'object' || lru === null) throw new TypeError('list_lru_init() takes a list_lru')
    trace.begin(site)
    if (s.failures.armed && s.failures.take(Op.list_lru_init)) {
      s.done(Op.list_lru_init, 0, 0, 0, 0, Flag.FAILED)
      return ENOMEM
    }
    s.done(Op.list_lru_init, 0, lrus.init(lru).id, 0, 0, 0)
    return 0
  }
  function locked(site: Site, object: unknown, act: (lru: Lru) => boolean): boolean {
    const lru = of(object)
    if (!lrus.tryLock(site, lru)) {
      host.needsInterleaving()
      return host.blocked as unknown as boolean
    }
    const result = act(lru)
    lrus.unlock(site, lru)
    return result
  }
  const add = (site: Site, lru: unknown, item: unknown): boolean =>
    locked(site, lru, (known) => lrus.add(site, known, lists.of(item)))
  const del = (site: Site, lru: unknown, item: unknown): boolean =>
    locked(site, lru, (known) => lrus.remove(site, known, lists.of(item), Op.list_lru_del))
  function count(site: Site, object: unknown): number {
    const lru = of(object)
    reads(Part.LRU, lru)
    trace.begin(site)
    s.done(Op.list_lru_count, 0, lru.id, lru.count, 0, 0)
    return lru.count
  }
  function walk(site: Site, object: unknown, isolate: unknown, arg: unknown, limit: number): number {
    if (typeof isolate !== 'function') throw new TypeError('list_lru_walk() takes an lru, a callback, its argument, nr')
    return new Driven(lrus.walk(site, of(object), isolate, arg, limit)) as unknown as number
  }
  const limitOf = (nr: number | bigint): number => {
    const limit = typeof nr === 'number' || typeof nr === 'bigint' ? Number(nr) : numberOf(nr, 'nr')
    return limit >= 0 && limit < EVERYTHING ? Math.floor(limit) : EVERYTHING
  }

  return {
    steps: {
      /** Makes an lru ready, empty. Returns 0 or -ENOMEM. */
      list_lru_init(site: Site, lru: list_lru | object): number {
        return init(site, lru)
      },
      /** Gives an lru up. Its items are not taken off: that has to be done before. */
      list_lru_destroy(site: Site, lru: list_lru | object): void {
        const known = of(lru)
        changes(Part.LRU, known)
        trace.begin(site)
        lrus.destroy(lru)
        s.done(Op.list_lru_destroy, 0, known.id, known.count, 0, known.count > 0 ? Flag.WARNED : 0)
      },
      /** Items on the lru. */
      list_lru_count(site: Site, lru: list_lru | object): number {
        return count(site, lru)
      },
      /** Items on the lru's list of one node and memory cgroup: here, all of them. */
      list_lru_count_one(site: Site, lru: list_lru | object, nid: number, memcg: null): number {
        void nid
        void memcg
        return count(site, lru)
      },
      /** Items on the list that a shrinker is asked about. */
      list_lru_shrink_count(site: Site, lru: list_lru | object, sc: shrink_control): number {
        void sc
        return count(site, lru)
      },
      /**
       * Inside a walk: takes the item off its list and makes it an empty one. The callback returns LRU_REMOVED, or
       * LRU_REMOVED_RETRY if it dropped the lock.
       */
      list_lru_isolate(site: Site, list: list_lru_one, item: list_head): void {
        const lru = lrus.ofList(list)
        if (lru === undefined) throw new TypeError('list_lru_isolate() takes the list that the callback was given')
        lrus.remove(site, lru, lists.of(item), Op.list_lru_isolate)
      },
      /** Inside a walk: moves the item to a list of the caller's. */
      list_lru_isolate_move(site: Site, list: list_lru_one, item: list_head, head: list_head): void {
        const lru = lrus.ofList(list)
        if (lru === undefined) throw new TypeError('list_lru_isolate_move() takes the list that the callback was given')
        const link = lists.of(item)
        const to = lists.of(head)
        lrus.remove(site, lru, link, Op.list_lru_isolate)
        lists.insert(site, link, to, lists.next(site, to))
      },
    },
    suspending: {
      /**
       * Puts an item (a `list_head`, initialised) at the end of the lru. True if it was on no list, false if it is on
       * one already. Takes the lru's spinlock; does not sleep.
       * Right: from now on a shrinker can reach the item. It has to come off before its memory is freed.
       */
      list_lru_add(site: Site, lru: list_lru | object, item: list_head, nid?: number, memcg?: null): boolean {
        void nid
        void memcg
        return add(site, lru, item)
      },
      /** `list_lru_add` on the list of the item's own node. */
      list_lru_add_obj(site: Site, lru: list_lru | object, item: list_head): boolean {
        return add(site, lru, item)
      },
      /** Takes an item off. True if it was on the list; false if a shrinker took it before, or it never was on one. */
      list_lru_del(site: Site, lru: list_lru | object, item: list_head, nid?: number, memcg?: null): boolean {
        void nid
        void memcg
        return del(site, lru, item)
      },
      /** `list_lru_del` from the list of the item's own node. */
      list_lru_del_obj(site: Site, lru: list_lru | object, item: list_head): boolean {
        return del(site, lru, item)
      },
      /**
       * Calls `isolate(item, list, lock, cb_arg)` for up to `nr_to_walk` items, oldest first, with the lru's lock held.
       * The callback says with an LRU_* status what became of the item. It may only try to take other locks. If it
       * drops the lock, up to v6.12 it has to take it again before it returns LRU_REMOVED_RETRY; since v6.13 it leaves
       * it dropped. Returns how many items were removed.
       */
      list_lru_walk<T>(
        site: Site,
        lru: list_lru | object,
        isolate: (item: list_head, list: list_lru_one, lock: spinlock_t, cb_arg: T) => number,
        cb_arg: T,
        nr_to_walk: number,
      ): number {
        return walk(site, lru, isolate, cb_arg, limitOf(nr_to_walk))
      },
      /** `list_lru_walk` of the list that a shrinker is asked about, for `sc.nr_to_scan` items. */
      list_lru_shrink_walk<T>(
        site: Site,
        lru: list_lru | object,
        sc: shrink_control,
        isolate: (item: list_head, list: list_lru_one, lock: spinlock_t, cb_arg: T) => number,
        cb_arg: T,
      ): number {
        if (typeof sc !== 'object' || sc === null) throw new TypeError('list_lru_shrink_walk() takes a shrink_control')
        return walk(site, lru, isolate, cb_arg, limitOf(sc.nr_to_scan))
      },
    },
    values: {
      /** Storage of an lru: `new list_lru()`. */
      list_lru: list_lru as new () => list_lru,
      /** The item was removed from the list. */
      LRU_REMOVED: LruStatus.REMOVED as number,
      /** The item was removed, and the lock was dropped meanwhile: the walk starts again. */
      LRU_REMOVED_RETRY: LruStatus.REMOVED_RETRY as number,
      /** The item was referenced: give it another pass. */
      LRU_ROTATE: LruStatus.ROTATE as number,
      /** The item cannot be locked: skip it. */
      LRU_SKIP: LruStatus.SKIP as number,
      /** The item is not freeable now; the lock was dropped, start again. */
      LRU_RETRY: LruStatus.RETRY as number,
      /** The walk ends here. */
      LRU_STOP: LruStatus.STOP as number,
    },
  }
}
