// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// A second add that is looked at is a question; a walk that isolates hands the item over, and it is freed
// after the walk.
import { GFP_KERNEL, kfree, kzalloc, list_head, list_lru, list_lru_add, list_lru_destroy, list_lru_init } from 'linux'
import { container_of, INIT_LIST_HEAD, list_lru_isolate, list_lru_walk, LRU_REMOVED, module_exit, pr_info } from 'linux'
import { sizeof, struct, u32 } from 'linux'

const Item = struct('item', { lru: list_head, key: u32 })
const lru = new list_lru()
list_lru_init(lru)
const item = kzalloc(sizeof(Item), GFP_KERNEL)!
INIT_LIST_HEAD(item.as(Item).lru)
list_lru_add(lru, item.as(Item).lru, 0, null)
if (!list_lru_add(lru, item.as(Item).lru, 0, null)) pr_info('on the list already')
const gone: ReturnType<typeof take>[] = []
const take = (entry: list_head) => container_of(entry, Item, 'lru').ptr
list_lru_walk(lru, (entry, list) => {
  list_lru_isolate(list, entry)
  gone.push(take(entry))
  return LRU_REMOVED
}, null, 8)
for (const each of gone) kfree(each)
module_exit(() => list_lru_destroy(lru))
