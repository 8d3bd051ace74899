/**
 * list_lru: lists of items that a shrinker may free, each with a lock of its own.
 *
 * Kernel: mm/list_lru.c list_lru_add(), list_lru_del(), __list_lru_walk_one() at v6.12; since v6.13 the lock belongs to
 * the list of one memory cgroup, and a callback returns without it (eras: lruCallback).
 * Simplified: one node, no memory cgroups: an lru is one list with one lock.
 */
import { changes, isMade, Part, reads } from '../machine/state-watch.ts'
import { callUser, type Steps } from '../sched/driven.ts'
import { LockMode, type Lock } from '../sched/locks.ts'
import { Context } from '../trace/fields.ts'
import { Flag, LockClass, NO_SUBJECT, Op } from '../trace/ops.ts'
import { list_head } from './handles/list.ts'
import { list_lru_one } from './handles/lru.ts'
import { spinlock_t } from './handles/objects.ts'
import { Ptr } from './handles/pointer.ts'
import type { Site, Surface } from './surface.ts'

/** What a callback of a walk says about its item (enum lru_status). */
export const LruStatus = { REMOVED: 0, REMOVED_RETRY: 1, ROTATE: 2, SKIP: 3, RETRY: 4, STOP: 5 } as const

/** One lru. */
export interface Lru {
  readonly id: number
  readonly head: list_head
  readonly lockHandle: spinlock_t
  readonly lock: Lock
  readonly one: list_lru_one
  count: number
}

export class LruLists {
  private readonly known = new WeakMap<object, Lru>()
  private readonly byId: Lru[] = []
  /** Right of each item on a list, by its address. */
  private readonly rights = new Map<bigint, number>()
  private lastRight = 0

  constructor(private readonly s: Surface) {}

  /** Makes (or makes anew) the lru that an object stands for. */
  init(object: object): Lru {
    const lockHandle = new spinlock_t()
    const id = this.byId.length + 1
    const lru: Lru = isMade({
      id,
      head: new list_head(this.s.lists),
      lockHandle,
      lock: this.s.locks.init(lockHandle, 'spinlock'),
      one: new list_lru_one(id, lockHandle, () => lru.count),
      count: 0,
    })
    this.s.isStateful = true
    this.byId.push(lru)
    this.known.set(object, lru)
    return lru
  }

  /** The lru of an argument; undefined if it was never initialised, or destroyed. */
  find(object: unknown): Lru | undefined {
    return typeof object === 'object' && object !== null ? this.known.get(object) : undefined
  }
  destroy(object: object): void {
    this.known.delete(object)
  }
  /** The lru that a walk's `list` argument belongs to. */
  ofList(list: unknown): Lru | undefined {
    return this.byId[list_lru_one.lru(list) - 1]
  }

  /** True if the running task has the lock now; false: it waits for it. */
  tryLock(site: Site, lru: Lru): boolean {
    const { s } = this
    if (!s.locks.tryTake(lru.lock, LockMode.EXCLUSIVE)) {
      s.locks.wait(lru.lock)
      return false
    }
    s.tasks.enter(s.control.task, Context.PREEMPT)
    s.trace.begin(site)
    s.done(Op.lock, 0, lru.lock.id, LockMode.EXCLUSIVE, LockClass.SPINLOCK, 0)
    return true
  }

  unlock(site: Site, lru: Lru): void {
    const { s } = this
    s.trace.begin(site)
    const held = s.locks.release(lru.lock, LockMode.EXCLUSIVE)
    if (held) s.tasks.leave(s.control.task, Context.PREEMPT)
    const flags = held ? 0 : Flag.FAILED | Flag.WARNED
    s.done(Op.unlock, 0, lru.lock.id, LockMode.EXCLUSIVE, LockClass.SPINLOCK, flags)
  }

  isHeld(lru: Lru): boolean {
    return lru.lock.owner === this.s.control.task
  }

  /** Puts an item at the end; false if it is on a list. The lock is held. */
  add(site: Site, lru: Lru, item: list_head): boolean {
    const { lists } = this.s
    changes(Part.LRU, lru)
    const added = lists.isEmpty(site, item)
    let right = 0
    if (added) {
      lists.insert(site, item, lists.prev(site, lru.head), lru.head)
      lru.count++
      right = ++this.lastRight
      this.rights.set(lists.address(item), right)
    }
    this.record(site, Op.list_lru_add, lru, item, right, added)
    return added
  }

  /** Takes an item off; false if it is on no list. The lock is held. */
  remove(site: Site, lru: Lru, item: list_head, kind: number): boolean {
    const { lists } = this.s
    changes(Part.LRU, lru)
    const removed = !lists.isEmpty(site, item)
    if (removed) {
      lists.removeInit(site, item)
      lru.count--
    }
    const right = removed ? this.endRight(item) : 0
    this.record(site, kind, lru, item, right, removed)
    return removed
  }

  private endRight(item: list_head): number {
    const address = this.s.lists.address(item)
    const right = this.rights.get(address) ?? 0
    this.rights.delete(address)
    return right
  }

  private record(site: Site, kind: number, lru: Lru, item: list_head, right: number, worked: boolean): void {
    const { s } = this
    const place = list_head.place(item)
    const phys = place === null ? -1 : s.access.translate(place, 0)
    const allocation = place === null ? 0 : Ptr.allocation(place)
    s.trace.begin(site)
    s.done(kind, allocation, phys < 0 ? NO_SUBJECT : phys, right, lru.id, worked ? 0 : Flag.FAILED)
  }

  /**
   * __list_lru_walk_one(): calls `isolate(item, list, lock, arg)` for up to `count` items, the lock held. Returns how
   * many items were removed.
   */
  *walk(site: Site, lru: Lru, isolate: unknown, arg: unknown, count: number): Steps<number> {
    const { s } = this
    s.trace.begin(site)
    s.done(Op.list_lru_walk, 0, lru.id, count, 0, 0)
    while (!this.tryLock(site, lru)) yield
    const isolated = yield* this.walkLocked(site, lru, isolate, arg, count)
    this.unlock(site, lru)
    s.trace.begin(site)
    s.done(Op.list_lru_walked, 0, lru.id, isolated, 0, 0)
    return isolated
  }

  private *walkLocked(site: Site, lru: Lru, isolate: unknown, arg: unknown, count: number): Steps<number> {
    const { lists } = this.s
    let isolated = 0
    let left = count
    reads(Part.LRU, lru)
    let link = lists.next(site, lru.head)
    while (link !== null && !lists.same(link, lru.head) && left-- > 0) {
      reads(Part.LRU, lru)
      const next = lists.next(site, link)
      const status = toStatus(yield* callUser(isolate, [link, lru.one, lru.lockHandle, arg]))
      yield
      const dropped = this.judge(site, lru, status)
      if (status === LruStatus.REMOVED || status === LruStatus.REMOVED_RETRY) isolated++
      if (status === LruStatus.STOP) break
      if (dropped) while (!this.tryLock(site, lru)) yield
      if (status === LruStatus.ROTATE) {
        changes(Part.LRU, lru)
        lists.unlink(site, link)
        lists.insert(site, link, lists.prev(site, lru.head), lru.head)
      }
      // After RETRY and REMOVED_RETRY the walk starts again: the list may be another one by now.
      const restarts = status === LruStatus.RETRY || status === LruStatus.REMOVED_RETRY
      link = restarts ? lists.next(site, lru.head) : next
    }
    return isolated
  }

  /** Records what a callback returned and whether it left the lock as this era wants it. True if it has to be taken. */
  private judge(site: Site, lru: Lru, status: number): boolean {
    const { s } = this
    const held = this.isHeld(lru)
    const mayDrop =
      s.kernel.era.lruCallback === 'returns-unlocked' &&
      (status === LruStatus.REMOVED_RETRY || status === LruStatus.RETRY)
    s.trace.begin(site)
    s.done(Op.list_lru_status, 0, lru.id, status, held ? 1 : 0, held === mayDrop ? Flag.WARNED : 0)
    return mayDrop && !held
  }
}

function toStatus(value: unknown): number {
  if (typeof value === 'number' && value >= LruStatus.REMOVED && value <= LruStatus.STOP) return value
  throw new TypeError('the callback of list_lru_walk() returns LRU_REMOVED, LRU_REMOVED_RETRY, LRU_ROTATE, LRU_SKIP …')
}
