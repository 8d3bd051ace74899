// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// A trylock breaks the circle; a completion is signalled before somebody waits for it.
import { complete, completion, kthread_run, kthread_stop, msleep, mutex, mutex_lock, mutex_trylock } from 'linux'
import { mutex_unlock, wait_for_completion } from 'linux'

const list = new mutex()
const table = new mutex()
const done = new completion()
const worker = kthread_run(() => {
  mutex_lock(table)
  msleep(5)
  if (mutex_trylock(list)) mutex_unlock(list)
  mutex_unlock(table)
  complete(done)
}, 'worker')
mutex_lock(list)
msleep(2)
mutex_lock(table)
mutex_unlock(table)
mutex_unlock(list)
kthread_stop(worker)
wait_for_completion(done)
