// Case j_remaining: a cache destroyed with an object left: reported, and the cache is leaked.
// @machine memory=512M debug=off
// Measured: plain-slub debug=off
import { GFP_KERNEL, kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy, SLAB_CONSISTENCY_CHECKS } from 'linux'
import { SLAB_RED_ZONE, SLAB_STORE_USER } from 'linux'
import { say } from './measure.ts'

const flags = SLAB_CONSISTENCY_CHECKS | SLAB_RED_ZONE | SLAB_STORE_USER
const cache = kmem_cache_create('lab_remain', 200, 8, flags, null)!
kmem_cache_alloc(cache, GFP_KERNEL)
kmem_cache_destroy(cache)
say(1, 'returned', 1)
