// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect deadlock 14
//
// Two tasks take two locks in different orders.
import { kthread_run, msleep, mutex, mutex_init, mutex_lock, mutex_unlock } from 'linux'

const list = new mutex()
const table = new mutex()
mutex_init(list)
mutex_init(table)
kthread_run(() => {
  mutex_lock(table)
  msleep(5)
  mutex_lock(list)
  mutex_unlock(list)
  mutex_unlock(table)
}, 'worker')
mutex_lock(list)
msleep(5)
mutex_lock(table)
mutex_unlock(table)
mutex_unlock(list)
