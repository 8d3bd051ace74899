// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @machine debug=off
// @expect typesafe-rcu-no-recheck 28
//
// A reference is taken inside the section and used after it: on an object that has become another one.
import { cond_resched, GFP_KERNEL, kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy, kmem_cache_free } from 'linux'
import { kthread_run, kthread_stop, pr_info, ptr, rcu_read_lock, rcu_read_unlock, refcount_inc_not_zero } from 'linux'
import { refcount_set, refcount_t, SLAB_TYPESAFE_BY_RCU, sizeof, struct, u32 } from 'linux'

const Session = struct('session', { refs: refcount_t, key: u32, bytes: u32, owner: ptr })
const cache = kmem_cache_create('session', sizeof(Session), 0, SLAB_TYPESAFE_BY_RCU, null)!
const create = (key: number) => {
  const made = kmem_cache_alloc(cache, GFP_KERNEL)!.as(Session)
  made.key = key
  made.bytes = 100 * key
  refcount_set(made.refs, 1)
  return made
}
const first = create(1)
const reader = kthread_run(() => {
  rcu_read_lock()
  const found = first
  cond_resched()
  const mine = refcount_inc_not_zero(found.refs)
  rcu_read_unlock()
  if (!mine) return
  pr_info(`looked for 1, found ${found.key}`)
  pr_info(`and ${found.bytes} bytes`)
}, 'reader')
cond_resched()
kmem_cache_free(cache, first.ptr)
const second = create(2)
kthread_stop(reader)
kmem_cache_free(cache, second.ptr)
kmem_cache_destroy(cache)
