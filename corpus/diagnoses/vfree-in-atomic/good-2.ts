// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// In an RCU callback (softirq) vfree() is put off to a worker; kvfree() of kmalloc memory never sleeps.
import { DEFINE_SPINLOCK, GFP_KERNEL, call_rcu, kvfree, kvmalloc, rcu_barrier, rcu_head, spin_lock } from 'linux'
import { spin_unlock, vfree, vmalloc } from 'linux'

const lock = DEFINE_SPINLOCK('lock')
const table = vmalloc(8192)!
const small = kvmalloc(128, GFP_KERNEL)!
call_rcu(new rcu_head(), () => vfree(table))
rcu_barrier()
spin_lock(lock)
kvfree(small)
spin_unlock(lock)
