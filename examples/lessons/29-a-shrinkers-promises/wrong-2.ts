import { GFP_KERNEL, kfree, kmalloc, module_exit, mutex, mutex_init, mutex_lock } from 'linux'
import { mutex_unlock, pr_info, SHRINK_STOP, shrinker_alloc, shrinker_free, shrinker_register } from 'linux'
import { sim } from 'sim'

// The cache: one spare buffer, and the lock that guards it.
const lock = new mutex()
mutex_init(lock)
let spare = kmalloc(256, GFP_KERNEL)

const shrinker = shrinker_alloc(0, 'spare')!
shrinker.count_objects = () => (spare === null ? 0 : 1)
shrinker.scan_objects = () => {
  return SHRINK_STOP
}
shrinker_register(shrinker)

mutex_lock(lock)
sim.reclaim(1) // memory is short while we hold the lock
mutex_unlock(lock)
sim.reclaim(1)
pr_info(spare === null ? 'given back' : 'kept')
module_exit(() => {
  shrinker_free(shrinker)
  if (spare !== null) kfree(spare)
})
