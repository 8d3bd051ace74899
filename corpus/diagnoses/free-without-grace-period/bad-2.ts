// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect free-without-grace-period 23 possible
//
// The reader has left its section by chance; nothing made the writer wait for it.
import { GFP_KERNEL, kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy, kmem_cache_free } from 'linux'
import { cond_resched, kthread_run, rcu_dereference, rcu_read_lock, rcu_read_unlock, shared, WRITE_ONCE } from 'linux'
import { kthread_stop, pr_info } from 'linux'
import type { Ptr } from 'linux'

const cache = kmem_cache_create('session', 96, 0, 0, null)!
const current_session = shared<Ptr | null>(null)
const session = kmem_cache_alloc(cache, GFP_KERNEL)!
session.write_u32(0, 42)
WRITE_ONCE(current_session, session)
const reader = kthread_run(() => {
  rcu_read_lock()
  const found = rcu_dereference(current_session)
  if (found) pr_info(`session ${found.read_u32(0)}`)
  rcu_read_unlock()
}, 'reader')
cond_resched()
WRITE_ONCE(current_session, null)
kmem_cache_free(cache, session)
kthread_stop(reader)
kmem_cache_destroy(cache)
