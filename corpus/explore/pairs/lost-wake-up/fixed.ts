// Says first that it waits, and looks then: whoever comes later sees it.
import { complete, completion, init_completion, kthread_run, READ_ONCE, shared, wait_for_completion } from 'linux'
import { WRITE_ONCE } from 'linux'

const ready = shared(false)
const waiting = shared(false)
const done = init_completion(new completion())
kthread_run(() => {
  WRITE_ONCE(waiting, true)
  if (READ_ONCE(ready)) return
  wait_for_completion(done)
}, 'waiter')
kthread_run(() => {
  WRITE_ONCE(ready, true)
  if (READ_ONCE(waiting)) complete(done)
}, 'waker')
