// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect double-call-rcu 11
//
// Two paths remove the same entry; each queues its free.
import { GFP_KERNEL, kfree_rcu, kthread_run, kthread_stop, kzalloc, rcu_barrier, shared, WRITE_ONCE } from 'linux'

const table = shared(1)
const entry = kzalloc(96, GFP_KERNEL)!
const remove = () => {
  WRITE_ONCE(table, 0)
  kfree_rcu(entry)
}
const timer = kthread_run(remove, 'timer')
remove()
kthread_stop(timer)
rcu_barrier()
