// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// One lock around both; before the start and after the end of a thread nothing races.
import { DEFINE_MUTEX, GFP_KERNEL, kfree, kthread_run, kthread_stop, kzalloc, mutex_lock, mutex_unlock } from 'linux'
import { pr_info } from 'linux'

const lock = DEFINE_MUTEX('lock')
const stats = kzalloc(8, GFP_KERNEL)!
stats.write_u32(0, 5)
const count = () => {
  mutex_lock(lock)
  stats.write_u32(0, stats.read_u32(0) + 1)
  mutex_unlock(lock)
}
const first = kthread_run(count, 'first')
const second = kthread_run(count, 'second')
kthread_stop(first)
kthread_stop(second)
pr_info(`${stats.read_u32(0)}`)
kfree(stats)
