// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The winner of an exchange queues the entry, and nobody else.
import { atomic_t, atomic_xchg, GFP_KERNEL, kfree_rcu, kthread_run, kthread_stop, kzalloc, rcu_barrier } from 'linux'

const linked = atomic_t(1)
const entry = kzalloc(96, GFP_KERNEL)!
const remove = () => {
  if (atomic_xchg(linked, 0) === 1) kfree_rcu(entry)
}
const timer = kthread_run(remove, 'timer')
remove()
kthread_stop(timer)
rcu_barrier()
