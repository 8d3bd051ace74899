// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect uncaught-exception 9
//
// A callback throws, and its thread is gone.
import { kthread_run, kthread_stop, pr_info } from 'linux'

const worker = kthread_run(() => {
  pr_info('started')
  throw new Error('no route')
}, 'worker')
kthread_stop(worker)
