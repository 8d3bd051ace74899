// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// synchronize_rcu() between the unlink and the free; kfree_rcu() does both in one.
import { cond_resched, GFP_KERNEL, kfree, kfree_rcu, kmalloc, kthread_run, kthread_stop, synchronize_rcu } from 'linux'
import { rcu_assign_pointer, rcu_barrier, rcu_dereference, rcu_read_lock, rcu_read_unlock, shared } from 'linux'
import type { Ptr } from 'linux'

const route = shared<Ptr | null>(null)
const first = kmalloc(64, GFP_KERNEL)!
const second = kmalloc(64, GFP_KERNEL)!
first.write_u32(0, 1)
second.write_u32(0, 2)
rcu_assign_pointer(route, first)
const look = () => {
  rcu_read_lock()
  const found = rcu_dereference(route)
  cond_resched()
  if (found) found.read_u32(0)
  rcu_read_unlock()
}
const reader = kthread_run(look, 'reader')
cond_resched()
rcu_assign_pointer(route, second)
synchronize_rcu()
kfree(first)
const other = kthread_run(look, 'other')
cond_resched()
rcu_assign_pointer(route, null)
kfree_rcu(second)
rcu_barrier()
kthread_stop(reader)
kthread_stop(other)
