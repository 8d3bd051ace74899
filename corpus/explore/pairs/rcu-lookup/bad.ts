// The updater frees what a reader may still look at: no grace period.
import { GFP_KERNEL, kfree, kthread_run, kzalloc, rcu_assign_pointer, rcu_dereference, rcu_read_lock } from 'linux'
import { rcu_read_unlock, shared, type Ptr } from 'linux'

const entry = shared<Ptr | null>(kzalloc(64, GFP_KERNEL))
kthread_run(() => {
  rcu_read_lock()
  const found = rcu_dereference(entry)
  if (found !== null) found.read_u32(0)
  rcu_read_unlock()
}, 'lookup')
kthread_run(() => {
  const old = rcu_dereference(entry)
  rcu_assign_pointer(entry, null)
  kfree(old)
}, 'remove')
