// @era v6.12
// @expect lru-state-mismatch 13
//
// The item is freed while its node is on the list.
import { GFP_KERNEL, INIT_LIST_HEAD, kfree, kzalloc, list_head, list_lru_add, list_lru_destroy } from 'linux'
import { list_lru_init, sizeof, struct, u32 } from 'linux'
const I = struct('i', { lru: list_head, n: u32 })
const lru = {} as any
list_lru_init(lru)
const i = kzalloc(sizeof(I), GFP_KERNEL)!.as(I)
INIT_LIST_HEAD(i.lru)
list_lru_add(lru, i.lru, 0, null)
kfree(i.ptr)
list_lru_destroy(lru)
