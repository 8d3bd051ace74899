// Looks first, and says then that it waits: the waker in between sees nobody to wake.
import { complete, completion, init_completion, kthread_run, READ_ONCE, shared, wait_for_completion } from 'linux'
import { WRITE_ONCE } from 'linux'

const ready = shared(false)
const waiting = shared(false)
const done = init_completion(new completion())
kthread_run(() => {
  if (READ_ONCE(ready)) return
  WRITE_ONCE(waiting, true)
  wait_for_completion(done)
}, 'waiter')
kthread_run(() => {
  WRITE_ONCE(ready, true)
  if (READ_ONCE(waiting)) complete(done)
}, 'waker')
