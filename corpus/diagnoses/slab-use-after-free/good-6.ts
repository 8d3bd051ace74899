// @era all
// @expect none
//
// The cache is destroyed when nobody will ask it for an object any more.
import { GFP_KERNEL, kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy, kmem_cache_free } from 'linux'
const cache = kmem_cache_create('requests', 200, 0, 0, null)!
const first = kmem_cache_alloc(cache, GFP_KERNEL)!
kmem_cache_free(cache, first)
const second = kmem_cache_alloc(cache, GFP_KERNEL)
if (second) kmem_cache_free(cache, second)
kmem_cache_destroy(cache)
