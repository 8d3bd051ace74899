// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// RCU publishes initialised memory; the lock holder may read plainly what only it writes.
import { GFP_KERNEL, kfree_rcu, kmalloc, kthread_run, kthread_stop, rcu_assign_pointer, rcu_barrier } from 'linux'
import { cond_resched, pr_info, rcu_dereference, rcu_read_lock, rcu_read_unlock, shared } from 'linux'
import type { Ptr } from 'linux'

const slot = shared<Ptr | null>(null)
const reader = kthread_run(() => {
  for (let i = 0; i < 3; i++) {
    rcu_read_lock()
    const found = rcu_dereference(slot)
    if (found) pr_info(`value ${found.read_u32(0)}`)
    rcu_read_unlock()
    cond_resched()
  }
}, 'reader')
const entry = kmalloc(16, GFP_KERNEL)!
entry.write_u32(0, 9)
rcu_assign_pointer(slot, entry)
cond_resched()
rcu_assign_pointer(slot, null)
kfree_rcu(entry)
rcu_barrier()
kthread_stop(reader)
