import { GFP_KERNEL, KBox, drop, rcu } from 'kernel'
import { cond_resched, kthread_run, kthread_stop, rcu_assign_pointer, rcu_dereference, shared } from 'linux'
import type { Ptr } from 'linux'

const route = shared<Ptr | null>(null)
const entry = KBox.new_uninit(64, GFP_KERNEL)
entry.as_ptr()!.write_u32(0, 1)
rcu_assign_pointer(route, entry.as_ptr()!)

const reader = kthread_run(() => {
  using _guard = rcu.read_lock()
  const found = rcu_dereference(route)
  cond_resched() // something else runs here
  if (found) found.read_u32(0)
}, 'reader')
cond_resched()

rcu_assign_pointer(route, null)
drop(entry)
kthread_stop(reader)
