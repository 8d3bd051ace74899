// Case j_doublefree: an object of a cache with debug flags freed twice, its slab otherwise empty.
// @machine memory=512M debug=off
// Measured: plain-slub debug=off
import { GFP_KERNEL, kmem_cache_alloc, kmem_cache_create, kmem_cache_free, SLAB_CONSISTENCY_CHECKS } from 'linux'
import { say } from './measure.ts'

const cache = kmem_cache_create('lab_dfree', 200, 8, SLAB_CONSISTENCY_CHECKS, null)!
const o = kmem_cache_alloc(cache, GFP_KERNEL)!
kmem_cache_free(cache, o)
kmem_cache_free(cache, o)
say(1, 'returned', 1)
