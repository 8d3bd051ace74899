// Case j_poison: a write into a freed object of a cache with SLAB_POISON is found at the next allocation; the slab is
// taken out of service and another object is returned.
// @machine memory=512M debug=off
// Measured: plain-slub debug=off
import { GFP_KERNEL, kmem_cache_alloc, kmem_cache_create, kmem_cache_free, SLAB_CONSISTENCY_CHECKS, SLAB_POISON, SLAB_RED_ZONE } from 'linux'
import { say } from './measure.ts'

const flags = SLAB_CONSISTENCY_CHECKS | SLAB_RED_ZONE | SLAB_POISON
const cache = kmem_cache_create('lab_poison', 200, 8, flags, null)!
const o = kmem_cache_alloc(cache, GFP_KERNEL)!
kmem_cache_free(cache, o)
o.write_u8(16, 0x43)
const n = kmem_cache_alloc(cache, GFP_KERNEL)!
say(1, 'n==o', n.eq(o))
