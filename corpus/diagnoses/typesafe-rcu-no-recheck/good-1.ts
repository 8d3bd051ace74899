// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Reference first, then the key; the reader that got the wrong one gives it back.
import { cond_resched, GFP_KERNEL, kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy, kthread_run } from 'linux'
import { kmem_cache_free, kthread_stop, rcu_assign_pointer, rcu_dereference, rcu_read_lock, rcu_read_unlock } from 'linux'
import { refcount_dec_and_test, refcount_inc_not_zero, refcount_set, refcount_t, shared, sizeof, struct, u32 } from 'linux'
import { SLAB_TYPESAFE_BY_RCU } from 'linux'
import type { Ptr } from 'linux'

const Session = struct('session', { refs: refcount_t, key: u32, hits: u32 })
const cache = kmem_cache_create('session', sizeof(Session), 0, SLAB_TYPESAFE_BY_RCU, null)!
const make = (key: number) => {
  const at = kmem_cache_alloc(cache, GFP_KERNEL)!
  at.as(Session).key = key
  at.as(Session).hits = 0
  refcount_set(at.as(Session).refs, 1)
  return at
}
const slot = shared<Ptr | null>(null)
const first = make(1)
rcu_assign_pointer(slot, first)
const reader = kthread_run(() => {
  rcu_read_lock()
  const found = rcu_dereference(slot)
  cond_resched()
  if (found && refcount_inc_not_zero(found.as(Session).refs)) {
    if (found.as(Session).key === 1) found.as(Session).hits = 1
    refcount_dec_and_test(found.as(Session).refs)
  }
  rcu_read_unlock()
}, 'reader')
cond_resched()
rcu_assign_pointer(slot, null)
refcount_dec_and_test(first.as(Session).refs)
kmem_cache_free(cache, first)
const second = make(2)
kthread_stop(reader)
kmem_cache_free(cache, second)
kmem_cache_destroy(cache)
