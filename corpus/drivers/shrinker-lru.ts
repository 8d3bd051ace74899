// @expect none
import {
  INIT_LIST_HEAD,
  shrinker_alloc,
  shrinker_register,
  shrinker_free,
  list_lru,
  list_lru_init,
  list_lru_add_obj,
  list_lru_del_obj,
  list_lru_walk,
  list_lru_count,
  list_lru_isolate,
  list_lru_destroy,
  list_lru_shrink_walk,
  list_lru_shrink_count,
  LRU_REMOVED,
  LRU_SKIP,
  SHRINK_EMPTY,
  kzalloc,
  kfree,
  struct,
  u32,
  list_head,
  sizeof,
  container_of,
  GFP_KERNEL,
  ENOMEM,
  module_init,
  module_exit,
  pr_info,
  mutex,
  mutex_init,
  mutex_trylock,
  mutex_unlock,
} from 'linux'
import { sim } from 'sim'
const Obj = struct('obj', { id: u32, lock: mutex, lru: list_head })
const lru = new list_lru()
let shrinker: any = null
function isolate(item: any, list: any): number {
  const o = container_of(item, Obj, 'lru')
  if (!mutex_trylock(o.lock)) return LRU_SKIP
  list_lru_isolate(list, item)
  mutex_unlock(o.lock)
  kfree(o.ptr)
  return LRU_REMOVED
}
module_init(() => {
  const err = list_lru_init(lru)
  if (err) return err
  shrinker = shrinker_alloc(0, 'lab')
  if (!shrinker) {
    list_lru_destroy(lru)
    return -ENOMEM
  }
  shrinker.count_objects = (_s: any, sc: any) => list_lru_shrink_count(lru, sc) || SHRINK_EMPTY
  shrinker.scan_objects = (_s: any, sc: any) => list_lru_shrink_walk(lru, sc, isolate, null)
  shrinker_register(shrinker)
  for (let i = 0; i < 10; i++) {
    const p = kzalloc(sizeof(Obj), GFP_KERNEL)
    if (!p) break
    const o = p.as(Obj)
    o.id = i
    mutex_init(o.lock)
    INIT_LIST_HEAD(o.lru)
    list_lru_add_obj(lru, o.lru)
  }
  sim.reclaim(4)
  pr_info(`left ${list_lru_count(lru)}`)
  return 0
})
module_exit(() => {
  shrinker_free(shrinker)
  list_lru_walk(lru, isolate, null, 1000)
  pr_info(`left ${list_lru_count(lru)}`)
  list_lru_destroy(lru)
})
