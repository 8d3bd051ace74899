// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect cache-destroy-busy 11
//
// One object is still in use.
import { GFP_KERNEL, kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy, kmem_cache_free } from 'linux'

const cache = kmem_cache_create('session', 200, 0, 0, null)!
const first = kmem_cache_alloc(cache, GFP_KERNEL)!
const second = kmem_cache_alloc(cache, GFP_KERNEL)!
kmem_cache_free(cache, first)
kmem_cache_destroy(cache)
second.write_u8(0, 1)
