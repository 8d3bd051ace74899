// @machine debug=off
// @expect none
//
// rcu_barrier() waits for call_rcu(), and for the slabs of SLAB_TYPESAFE_BY_RCU caches, which a callback frees. It does
// not wait for kfree_rcu(), which collects what it is given: kvfree_rcu_barrier() does.
import {
  call_rcu,
  GFP_KERNEL,
  kfree,
  kfree_rcu,
  kmalloc,
  kmem_cache_alloc,
  kmem_cache_create,
  rcu_barrier,
} from 'linux'
import {
  kmem_cache_destroy,
  kmem_cache_free,
  kmem_cache_shrink,
  kvfree_rcu_barrier,
  page_ref_count,
  PageSlab,
} from 'linux'
import { rcu_head, SLAB_TYPESAFE_BY_RCU, synchronize_rcu, virt_to_head_page, WARN_ON } from 'linux'

const cache = kmem_cache_create('lab', 200, 8, SLAB_TYPESAFE_BY_RCU, null)!
const object = kmem_cache_alloc(cache, GFP_KERNEL)!
const slab = virt_to_head_page(object)
kmem_cache_free(cache, object)
kmem_cache_shrink(cache)
WARN_ON(page_ref_count(slab) !== 1 || PageSlab(slab) !== 1)
rcu_barrier()
WARN_ON(page_ref_count(slab) !== 0 || PageSlab(slab) !== 0)
kmem_cache_destroy(cache)

let called = 0
call_rcu(new rcu_head(), () => called++)
rcu_barrier()
WARN_ON(called !== 1)

const first = kmalloc(64, GFP_KERNEL)!
kfree_rcu(first)
synchronize_rcu()
rcu_barrier()
const second = kmalloc(64, GFP_KERNEL)!
WARN_ON(second.eq(first))
kvfree_rcu_barrier()
// Freed now: last in, first out.
const third = kmalloc(64, GFP_KERNEL)!
WARN_ON(!third.eq(first))
kfree(second)
kfree(third)
