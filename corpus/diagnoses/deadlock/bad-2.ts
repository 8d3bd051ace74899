// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect deadlock 9
//
// A lock is taken twice by the same task, through a helper.
import { mutex, mutex_init, mutex_lock, mutex_unlock, pr_info } from 'linux'

const lock = mutex_init(new mutex())
function count(): number {
  mutex_lock(lock)
  mutex_unlock(lock)
  return 1
}
mutex_lock(lock)
pr_info(`${count()}`)
mutex_unlock(lock)
