// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// All objects are back when the cache is destroyed.
import { GFP_KERNEL, kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy, kmem_cache_free } from 'linux'

const cache = kmem_cache_create('session', 200, 0, 0, null)!
const first = kmem_cache_alloc(cache, GFP_KERNEL)!
const second = kmem_cache_alloc(cache, GFP_KERNEL)!
for (const session of [first, second]) kmem_cache_free(cache, session)
kmem_cache_destroy(cache)
