// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The object lives on: no recheck is needed to read what was not freed.
import { GFP_KERNEL, kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy, kmem_cache_free, kthread_run } from 'linux'
import { kthread_stop, pr_info, rcu_assign_pointer, rcu_dereference, rcu_read_lock, rcu_read_unlock, shared } from 'linux'
import { SLAB_TYPESAFE_BY_RCU } from 'linux'
import type { Ptr } from 'linux'

const cache = kmem_cache_create('session', 64, 0, SLAB_TYPESAFE_BY_RCU, null)!
const slot = shared<Ptr | null>(null)
const first = kmem_cache_alloc(cache, GFP_KERNEL)!
first.write_u32(0, 1)
rcu_assign_pointer(slot, first)
const reader = kthread_run(() => {
  rcu_read_lock()
  const found = rcu_dereference(slot)
  if (found) pr_info(`key ${found.read_u32(0)}`)
  rcu_read_unlock()
}, 'reader')
kthread_stop(reader)
rcu_assign_pointer(slot, null)
kmem_cache_free(cache, first)
kmem_cache_destroy(cache)
