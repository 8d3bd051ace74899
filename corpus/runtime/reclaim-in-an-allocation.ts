// @era all
// @machine memory=16M
// @expect none
// A cache that gives memory back under pressure: allocations run its shrinker in their own task, with the locks they
// hold, so it only tries. When nothing is left to free an allocation fails, and the program goes on.
import {
  struct, sizeof, kmalloc, kfree, list_head, ptr, INIT_LIST_HEAD, list_lru, list_lru_init, list_lru_add,
  list_lru_shrink_count, list_lru_shrink_walk, list_lru_isolate_move, list_lru_walk, list_lru_destroy, LRU_REMOVED,
  LIST_HEAD, list_for_each_entry_safe, list_del, alloc_page, __free_page, GFP_KERNEL, GFP_NOWAIT, __GFP_NOWARN,
  shrinker_alloc, shrinker_register, shrinker_free, SHRINK_STOP, DEFINE_MUTEX, mutex_lock, mutex_trylock,
  mutex_unlock, module_exit, pr_info, BUG_ON,
} from 'linux'
import type { list_lru_one, page, spinlock_t } from 'linux'

const Entry = struct('entry', { lru: list_head, page: ptr })
const lru = new list_lru()
BUG_ON(list_lru_init(lru) !== 0)
const lock = DEFINE_MUTEX('cache_lock')
let stopped = 0

function dispose(freeable: list_head): void {
  list_for_each_entry_safe(freeable, Entry, 'lru', (entry) => {
    list_del(entry.lru)
    __free_page(entry.page as page)
    kfree(entry.ptr)
  })
}

const isolate = (item: list_head, list: list_lru_one, _lock: spinlock_t, freeable: list_head): number => {
  list_lru_isolate_move(list, item, freeable)
  return LRU_REMOVED
}

const shrinker = shrinker_alloc(0, 'cache')!
shrinker.count_objects = (_shrinker, sc) => list_lru_shrink_count(lru, sc)
shrinker.scan_objects = (_shrinker, sc) => {
  if (!mutex_trylock(lock)) {
    stopped++
    return SHRINK_STOP
  }
  const freeable = LIST_HEAD('freeable')
  const freed = list_lru_shrink_walk(lru, sc, isolate, freeable)
  dispose(freeable)
  mutex_unlock(lock)
  return freed
}
shrinker_register(shrinker)

function cache(n: number): void {
  for (let i = 0; i < n; i++) {
    const entry = kmalloc(sizeof(Entry), GFP_KERNEL)!.as(Entry)
    entry.page = alloc_page(GFP_KERNEL)
    INIT_LIST_HEAD(entry.lru)
    list_lru_add(lru, entry.lru, 0, null)
  }
}

function eat(mask: number): page[] {
  const held: page[] = []
  for (let made = alloc_page(mask); made !== null; made = alloc_page(mask)) held.push(made)
  return held
}

cache(500)
const first = eat(GFP_NOWAIT)
BUG_ON(list_lru_shrink_count(lru, null as never) !== 500)
// The task that allocates holds the lock: the shrinker gives up, and so does the allocation.
mutex_lock(lock)
BUG_ON(alloc_page(GFP_KERNEL | __GFP_NOWARN) !== null || stopped === 0)
mutex_unlock(lock)
const second = eat(GFP_KERNEL | __GFP_NOWARN)
BUG_ON(second.length < 500 || list_lru_shrink_count(lru, null as never) !== 0)
pr_info(`${second.length >= 500} ${stopped > 0}`)
for (const held of [...first, ...second]) __free_page(held)
cache(3)

module_exit(() => {
  shrinker_free(shrinker)
  const freeable = LIST_HEAD('left')
  list_lru_walk(lru, isolate, freeable, 100)
  dispose(freeable)
  list_lru_destroy(lru)
})
