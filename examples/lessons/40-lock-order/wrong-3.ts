import { kthread_run, msleep, mutex, mutex_init, mutex_lock, mutex_unlock, pr_info } from 'linux'

const list = new mutex()
const table = new mutex()
mutex_init(list)
mutex_init(table)

kthread_run(() => {
  mutex_lock(list)
  msleep(5)
  mutex_lock(table)
  pr_info('worker has both')
  mutex_unlock(table)
  mutex_unlock(list)
}, 'worker')

mutex_lock(table)
msleep(5)
mutex_lock(list)
pr_info('main has both')
mutex_unlock(table)
mutex_unlock(list)
