// @era all
// @expect slab-use-after-free 10
//
// The cache is destroyed before the last object is taken from it: a struct kmem_cache is memory too, and it is free.
import { GFP_KERNEL, kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy, kmem_cache_free } from 'linux'
const cache = kmem_cache_create('requests', 200, 0, 0, null)!
const first = kmem_cache_alloc(cache, GFP_KERNEL)!
kmem_cache_free(cache, first)
kmem_cache_destroy(cache)
const second = kmem_cache_alloc(cache, GFP_KERNEL)
if (second) kmem_cache_free(cache, second)
