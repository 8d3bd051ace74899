// @era all
// @expect none
//
// Each user holds a reference of its own, taken before it starts and dropped when it is done.
import { kthread_run, mutex, mutex_lock, mutex_unlock, module_exit, cond_resched, pr_info } from 'linux'
import { buffer_alloc, buffer_get, buffer_put, type Buffer } from './buffer.ts'

const lock = new mutex()

function worker(buffer: Buffer): void {
  mutex_lock(lock)
  pr_info('worker starts')
  mutex_unlock(lock)
  cond_resched()
  mutex_lock(lock)
  buffer.used = 64
  mutex_unlock(lock)
  buffer_put(buffer)
}

const buffer = buffer_alloc()
const shared = buffer_get(buffer)
kthread_run(() => worker(shared), 'worker')
mutex_lock(lock)
mutex_unlock(lock)
cond_resched()
buffer_put(buffer)

module_exit(() => pr_info('done'))
