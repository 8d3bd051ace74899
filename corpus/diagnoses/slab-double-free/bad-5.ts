// @era all
// @expect slab-double-free 11
//
// Both the error path and the exit path destroy the cache.
import { GFP_KERNEL, kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy, kmem_cache_free } from 'linux'
import { module_exit } from 'linux'
const cache = kmem_cache_create('requests', 200, 0, 0, null)!
const first = kmem_cache_alloc(cache, GFP_KERNEL)
if (first) kmem_cache_free(cache, first)
kmem_cache_destroy(cache)
module_exit(() => kmem_cache_destroy(cache))
