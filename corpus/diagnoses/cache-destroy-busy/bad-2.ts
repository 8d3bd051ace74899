// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect cache-destroy-busy 11
//
// The exit function destroys the cache before the table that holds its objects is emptied.
import { GFP_KERNEL, kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy, kmem_cache_free, module_exit } from 'linux'

const cache = kmem_cache_create('route', 40, 0, 0, null)!
const table = [1, 2, 3].map(() => kmem_cache_alloc(cache, GFP_KERNEL)!)
module_exit(() => {
  kmem_cache_free(cache, table.pop()!)
  kmem_cache_destroy(cache)
})
