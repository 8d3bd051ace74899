// The shrinker frees the cached page that a thread looks at: nothing says that it is in use.
import { alloc_page, __free_page, GFP_KERNEL, kthread_run, module_exit, page_address, READ_ONCE, shared } from 'linux'
import { shrinker_alloc, shrinker_free, shrinker_register, SHRINK_STOP, WRITE_ONCE, type page } from 'linux'
import { actor_reclaim } from 'sim'

const cached = shared<page | null>(alloc_page(GFP_KERNEL))
const cache = shrinker_alloc(0, 'cache')!
cache.count_objects = () => (READ_ONCE(cached) === null ? 0 : 1)
cache.scan_objects = () => {
  const victim = READ_ONCE(cached)
  if (victim === null) return SHRINK_STOP
  WRITE_ONCE(cached, null)
  __free_page(victim)
  return 1
}
shrinker_register(cache)
actor_reclaim(1)
kthread_run(() => {
  const used = READ_ONCE(cached)
  if (used !== null) page_address(used)!.write_u8(0, 1)
}, 'user')
module_exit(() => {
  shrinker_free(cache)
  const left = READ_ONCE(cached)
  if (left !== null) __free_page(left)
})
