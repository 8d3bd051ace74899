// @era v6.12
// @expect wrong-cache-free 8
//
// The pool takes from one cache and gives to another.
import { GFP_KERNEL, kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy, kmem_cache_free, type Ptr } from 'linux'
const A = kmem_cache_create('a', 64, 0, 0, null)!
const B = kmem_cache_create('b', 96, 0, 0, null)!
const pool = { get: () => kmem_cache_alloc(A, GFP_KERNEL)!, put: (o: Ptr) => kmem_cache_free(B, o) }
pool.put(pool.get())
kmem_cache_destroy(B)
kmem_cache_destroy(A)
