// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect shrinker-blocking-lock 13
//
// The allocation under the lock reclaims at once: the task waits for itself, for ever.
import { DEFINE_MUTEX, module_exit, mutex_lock, mutex_unlock, SHRINK_STOP, shrinker_alloc } from 'linux'
import { shrinker_free, shrinker_register } from 'linux'
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
sim.reclaim(1)
mutex_unlock(lock)
module_exit(() => shrinker_free(shrinker))
