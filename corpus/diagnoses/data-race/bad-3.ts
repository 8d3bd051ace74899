// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect data-race 16
//
// The writer takes the lock, the reader does not.
import { DEFINE_SPINLOCK, GFP_KERNEL, kfree, kthread_run, kthread_stop, kzalloc, spin_lock, spin_unlock } from 'linux'
import { cond_resched, pr_info } from 'linux'

const lock = DEFINE_SPINLOCK('lock')
const config = kzalloc(16, GFP_KERNEL)!
const writer = kthread_run(() => {
  spin_lock(lock)
  config.write_u64(8, 7)
  spin_unlock(lock)
}, 'writer')
cond_resched()
pr_info(`limit ${config.read_u64(8)}`)
kthread_stop(writer)
kfree(config)
