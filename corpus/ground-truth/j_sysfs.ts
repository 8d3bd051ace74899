// Case j_sysfs: a cache of 200-byte objects. Measured as the files of /sys/kernel/slab/lab200; here as what a driver can
// see of it.
// @machine memory=512M debug=off
// Measured: plain-cases debug=off, kasan-cases debug=on
// Varies: 1 align: a setting that only sysfs shows
// Varies: 1 cpu_partial: a setting that only sysfs shows
// Varies: 1 min_partial: a setting that only sysfs shows
// Varies: 1 destroy_by_rcu: a setting that only sysfs shows
// Varies: 1 red_zone: a setting that only sysfs shows
// Varies: 1 poison: a setting that only sysfs shows
// Varies: 1 store_user: a setting that only sysfs shows
// Varies: 1 sanity_checks: a setting that only sysfs shows
import { compound_order, GFP_KERNEL, kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy, kmem_cache_free, ksize } from 'linux'
import { SLAB_NO_MERGE, virt_to_head_page } from 'linux'
import { say } from './measure.ts'

const cache = kmem_cache_create('lab200', 200, 8, SLAB_NO_MERGE, null)!
const objects = [kmem_cache_alloc(cache, GFP_KERNEL)!]
const head = virt_to_head_page(objects[0]!)
for (;;) {
  const p = kmem_cache_alloc(cache, GFP_KERNEL)!
  objects.push(p)
  if (virt_to_head_page(p) !== head) break
}
say(1, 'object_size', ksize(objects[0]!))
say(1, 'slab_size', objects[1]!.addr - objects[0]!.addr)
say(1, 'order', compound_order(head))
say(1, 'objs_per_slab', objects.length - 1)
for (const p of objects) kmem_cache_free(cache, p)
kmem_cache_destroy(cache)
