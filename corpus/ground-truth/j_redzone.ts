// Case j_redzone: one byte written behind an object of a cache with SLAB_RED_ZONE is found when the object is freed.
// @machine memory=512M debug=off
// Measured: plain-slub debug=off
import { GFP_KERNEL, kmem_cache_alloc, kmem_cache_create, kmem_cache_free, SLAB_CONSISTENCY_CHECKS, SLAB_RED_ZONE } from 'linux'
import { say } from './measure.ts'

const cache = kmem_cache_create('lab_redzone', 200, 8, SLAB_CONSISTENCY_CHECKS | SLAB_RED_ZONE, null)!
const o = kmem_cache_alloc(cache, GFP_KERNEL)!
o.write_u8(200, 0x41)
kmem_cache_free(cache, o)
say(1, 'returned', 1)
