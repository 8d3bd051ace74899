// @expect none
//
// krealloc() with GFP_NOWAIT under a lock that the shrinker takes reclaims nothing, whatever numbers its memory has.
import {
  DEFINE_MUTEX,
  mutex_lock,
  mutex_unlock,
  SHRINK_STOP,
  shrinker_alloc,
  shrinker_free,
  shrinker_register,
} from 'linux'
import { GFP_KERNEL, GFP_NOWAIT, kfree, kmalloc, krealloc } from 'linux'
import { sim } from 'sim'
const m = DEFINE_MUTEX('m')
const s = shrinker_alloc(0, 's')!
s.count_objects = () => 10
s.scan_objects = () => {
  mutex_lock(m)
  mutex_unlock(m)
  return SHRINK_STOP
}
shrinker_register(s)

for (let i = 0; i < 1300; i++) kfree(kmalloc(8, GFP_KERNEL))
for (let i = 0; i < 200; i++) {
  let p = kmalloc(8, GFP_KERNEL)!
  mutex_lock(m)
  p = krealloc(p, 4000, GFP_NOWAIT)!
  mutex_unlock(m)
  kfree(p)
}
sim.reclaim(1)
shrinker_free(s)
