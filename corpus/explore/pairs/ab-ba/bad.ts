// Two locks, taken in two orders.
import { kthread_run, mutex, mutex_lock, mutex_unlock } from 'linux'

const a = new mutex()
const b = new mutex()
const both = (first: mutex, second: mutex) => () => {
  mutex_lock(first)
  mutex_lock(second)
  mutex_unlock(second)
  mutex_unlock(first)
}
kthread_run(both(a, b), 'one')
kthread_run(both(b, a), 'two')
