import { cond_resched, GFP_KERNEL, kfree, kmalloc, kthread_run, kthread_stop, rcu_assign_pointer } from 'linux'
import { rcu_dereference, rcu_read_lock, rcu_read_unlock, shared } from 'linux'
import type { Ptr } from 'linux'

const route = shared<Ptr | null>(null)
const entry = kmalloc(64, GFP_KERNEL)!
entry.write_u32(0, 1)
rcu_assign_pointer(route, entry)

const reader = kthread_run(() => {
  rcu_read_lock()
  const found = rcu_dereference(route)
  cond_resched() // something else runs here
  if (found) found.read_u32(0)
  rcu_read_unlock()
}, 'reader')
cond_resched()

rcu_assign_pointer(route, null)
kfree(entry)
kthread_stop(reader)
