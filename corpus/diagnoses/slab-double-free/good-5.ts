// @era all
// @expect none
//
// Who destroys the cache forgets the pointer: kmem_cache_destroy(NULL) does nothing.
import { GFP_KERNEL, kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy, kmem_cache_free } from 'linux'
import { module_exit } from 'linux'
let cache = kmem_cache_create('requests', 200, 0, 0, null)
const first = kmem_cache_alloc(cache!, GFP_KERNEL)
if (first) kmem_cache_free(cache!, first)
kmem_cache_destroy(cache)
cache = null
module_exit(() => kmem_cache_destroy(cache))
