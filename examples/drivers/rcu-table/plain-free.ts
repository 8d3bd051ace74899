// @era all
// @expect free-without-grace-period 27
//
// A reader inside rcu_read_lock() may hold what an updater unlinks. kfree() does not wait for it.
import {
  shared, rcu_dereference, rcu_assign_pointer, rcu_read_lock, rcu_read_unlock, kmalloc, kfree, kthread_run,
  cond_resched, GFP_KERNEL, pr_info, type Ptr,
} from 'linux'

const slot = shared<Ptr | null>(null)

function reader(): void {
  rcu_read_lock()
  const entry = rcu_dereference(slot)
  cond_resched()
  if (entry !== null) pr_info(`value ${entry.read_u32(0)}`)
  rcu_read_unlock()
}

const entry = kmalloc(64, GFP_KERNEL)!
entry.write_u32(0, 42)
rcu_assign_pointer(slot, entry)
kthread_run(reader, 'reader')
cond_resched()

rcu_assign_pointer(slot, null)
kfree(entry)
