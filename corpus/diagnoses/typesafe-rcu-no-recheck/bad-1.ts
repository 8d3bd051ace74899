// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect typesafe-rcu-no-recheck 19
//
// The memory stays a session, but it is another one by now: the reader never asks.
import { cond_resched, GFP_KERNEL, kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy, kthread_run } from 'linux'
import { kmem_cache_free, kthread_stop, pr_info, rcu_assign_pointer, rcu_dereference, rcu_read_lock } from 'linux'
import { rcu_read_unlock, shared, SLAB_TYPESAFE_BY_RCU } from 'linux'
import type { Ptr } from 'linux'

const cache = kmem_cache_create('session', 64, 0, SLAB_TYPESAFE_BY_RCU, null)!
const slot = shared<Ptr | null>(null)
const first = kmem_cache_alloc(cache, GFP_KERNEL)!
first.write_u32(0, 1)
rcu_assign_pointer(slot, first)
const reader = kthread_run(() => {
  rcu_read_lock()
  const found = rcu_dereference(slot)
  cond_resched()
  if (found) pr_info(`key ${found.read_u32(0)}`)
  rcu_read_unlock()
}, 'reader')
cond_resched()
rcu_assign_pointer(slot, null)
kmem_cache_free(cache, first)
const second = kmem_cache_alloc(cache, GFP_KERNEL)!
second.write_u32(0, 2)
kthread_stop(reader)
kmem_cache_free(cache, second)
kmem_cache_destroy(cache)
