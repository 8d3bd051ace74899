// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// One order for both.
import { kthread_run, msleep, mutex, mutex_init, mutex_lock, mutex_unlock } from 'linux'

const list = new mutex()
const table = new mutex()
mutex_init(list)
mutex_init(table)
const both = () => {
  mutex_lock(list)
  msleep(5)
  mutex_lock(table)
  mutex_unlock(table)
  mutex_unlock(list)
}
kthread_run(both, 'worker')
both()
