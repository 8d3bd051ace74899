// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect data-race 12
//
// A flag is set with WRITE_ONCE() and read plainly in a loop of another thread.
import { cond_resched, kthread_run, kthread_stop, shared, WRITE_ONCE } from 'linux'

const stop = shared(0)
const worker = kthread_run(() => {
  while (stop.value === 0) cond_resched()
}, 'worker')
cond_resched()
WRITE_ONCE(stop, 1)
kthread_stop(worker)
