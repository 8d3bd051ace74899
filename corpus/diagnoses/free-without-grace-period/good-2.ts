// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// No reader can still hold it: the reader has ended, or the object was never published.
import { GFP_KERNEL, kfree, kmalloc, kthread_run, kthread_stop, rcu_assign_pointer } from 'linux'
import { rcu_dereference, rcu_read_lock, rcu_read_unlock, shared } from 'linux'
import type { Ptr } from 'linux'

const route = shared<Ptr | null>(null)
const entry = kmalloc(64, GFP_KERNEL)!
const spare = kmalloc(64, GFP_KERNEL)!
entry.write_u32(0, 1)
rcu_assign_pointer(route, entry)
const reader = kthread_run(() => {
  rcu_read_lock()
  const found = rcu_dereference(route)
  if (found) found.read_u32(0)
  rcu_read_unlock()
}, 'reader')
kfree(spare)
kthread_stop(reader)
rcu_assign_pointer(route, null)
kfree(entry)
