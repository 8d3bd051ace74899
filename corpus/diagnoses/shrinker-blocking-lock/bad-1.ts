// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect shrinker-blocking-lock 13
//
// The shrinker waits for the lock under which the driver allocates.
import { DEFINE_MUTEX, GFP_KERNEL, kfree, kmalloc, module_exit, mutex_lock, mutex_unlock } from 'linux'
import { SHRINK_STOP, shrinker_alloc, shrinker_free, shrinker_register } from 'linux'
import { sim } from 'sim'

const lock = DEFINE_MUTEX('table')
const shrinker = shrinker_alloc(0, 'table')!
shrinker.count_objects = () => 1
shrinker.scan_objects = () => {
  mutex_lock(lock)
  mutex_unlock(lock)
  return SHRINK_STOP
}
shrinker_register(shrinker)
mutex_lock(lock)
const entry = kmalloc(64, GFP_KERNEL)!
mutex_unlock(lock)
sim.reclaim(1)
module_exit(() => {
  kfree(entry)
  shrinker_free(shrinker)
})
