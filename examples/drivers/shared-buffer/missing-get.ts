// @era all
// @expect slab-use-after-free 17
//
// The worker gets the buffer without a reference of its own. When the loader drops the last one, the worker is left
// with a pointer and no right: look at the arrow from the flag back to the end of the bar.
import { kthread_run, mutex, mutex_lock, mutex_unlock, module_exit, cond_resched, pr_info } from 'linux'
import { buffer_alloc, buffer_put, type Buffer } from './buffer.ts'

const lock = new mutex()

function worker(buffer: Buffer): void {
  mutex_lock(lock)
  pr_info('worker starts')
  mutex_unlock(lock)
  cond_resched()
  mutex_lock(lock)
  buffer.used = 64
  mutex_unlock(lock)
}

const buffer = buffer_alloc()
kthread_run(() => worker(buffer), 'worker')
mutex_lock(lock)
mutex_unlock(lock)
cond_resched()
buffer_put(buffer)

module_exit(() => pr_info('done'))
