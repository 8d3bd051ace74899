// The shrinker frees the cached page only while it gets the lock that its users hold.
import { alloc_page, __free_page, GFP_KERNEL, kthread_run, module_exit, mutex, mutex_lock, mutex_trylock } from 'linux'
import { mutex_unlock, page_address, READ_ONCE, shared } from 'linux'
import { shrinker_alloc, shrinker_free, shrinker_register, SHRINK_STOP, WRITE_ONCE, type page } from 'linux'
import { actor_reclaim } from 'sim'

const busy = new mutex()
const cached = shared<page | null>(alloc_page(GFP_KERNEL))
const cache = shrinker_alloc(0, 'cache')!
cache.count_objects = () => (READ_ONCE(cached) === null ? 0 : 1)
cache.scan_objects = () => {
  if (!mutex_trylock(busy)) return SHRINK_STOP
  const victim = READ_ONCE(cached)
  if (victim !== null) {
    WRITE_ONCE(cached, null)
    __free_page(victim)
  }
  mutex_unlock(busy)
  return victim === null ? SHRINK_STOP : 1
}
shrinker_register(cache)
actor_reclaim(1)
kthread_run(() => {
  mutex_lock(busy)
  const used = READ_ONCE(cached)
  if (used !== null) page_address(used)!.write_u8(0, 1)
  mutex_unlock(busy)
}, 'user')
module_exit(() => {
  shrinker_free(cache)
  const left = READ_ONCE(cached)
  if (left !== null) __free_page(left)
})
