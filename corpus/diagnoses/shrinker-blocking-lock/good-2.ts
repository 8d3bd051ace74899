// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Under this lock nobody allocates so that it could reclaim: GFP_NOFS, GFP_ATOMIC, or before it is taken.
import { DEFINE_MUTEX, GFP_ATOMIC, GFP_KERNEL, GFP_NOFS, kfree, kmalloc, module_exit, mutex_lock } from 'linux'
import { mutex_unlock, SHRINK_STOP, shrinker_alloc, shrinker_free, shrinker_register } from 'linux'
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
const before = kmalloc(64, GFP_KERNEL)!
mutex_lock(lock)
const entry = kmalloc(64, GFP_NOFS)!
const small = kmalloc(8, GFP_ATOMIC)!
mutex_unlock(lock)
sim.reclaim(1)
module_exit(() => {
  for (const each of [before, entry, small]) kfree(each)
  shrinker_free(shrinker)
})
