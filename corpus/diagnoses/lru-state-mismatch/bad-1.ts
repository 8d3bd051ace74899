// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect lru-state-mismatch 14
//
// The item is freed while it is on the list: the next walk finds freed memory.
import { GFP_KERNEL, kfree, kzalloc, list_head, list_lru, list_lru_add, list_lru_destroy, list_lru_init } from 'linux'
import { INIT_LIST_HEAD, module_exit, sizeof, struct, u32 } from 'linux'

const Item = struct('item', { lru: list_head, key: u32 })
const lru = new list_lru()
list_lru_init(lru)
const item = kzalloc(sizeof(Item), GFP_KERNEL)!
INIT_LIST_HEAD(item.as(Item).lru)
list_lru_add(lru, item.as(Item).lru, 0, null)
kfree(item)
module_exit(() => list_lru_destroy(lru))
