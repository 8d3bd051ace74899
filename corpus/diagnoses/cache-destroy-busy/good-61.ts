// @era all
// @expect none
//
// rcu_barrier() waits for the callbacks first.
import { call_rcu, container_of, GFP_KERNEL, kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy } from 'linux'
import { kmem_cache_free, rcu_barrier, rcu_head, sizeof, struct, u32 } from 'linux'
const O = struct('o', { h: rcu_head, n: u32 })
const C = kmem_cache_create('c', sizeof(O), 0, 0, null)!
const o = kmem_cache_alloc(C, GFP_KERNEL)!.as(O)
call_rcu(o.h, (h) => kmem_cache_free(C, container_of(h, O, 'h').ptr))
rcu_barrier()
kmem_cache_destroy(C)
