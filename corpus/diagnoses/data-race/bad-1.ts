// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect data-race 8
//
// Two threads count in the same bytes without a lock.
import { GFP_KERNEL, kfree, kthread_run, kthread_stop, kzalloc } from 'linux'

const stats = kzalloc(8, GFP_KERNEL)!
const count = () => stats.write_u32(0, stats.read_u32(0) + 1)
const first = kthread_run(count, 'first')
const second = kthread_run(count, 'second')
kthread_stop(first)
kthread_stop(second)
kfree(stats)
