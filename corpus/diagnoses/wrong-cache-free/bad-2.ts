// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect wrong-cache-free 11
//
// kmalloc memory is freed to a cache.
import { GFP_KERNEL, kmalloc, kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy, kmem_cache_free } from 'linux'

const requests = kmem_cache_create('request', 128, 0, 0, null)!
const get = (urgent: boolean) => (urgent ? kmalloc(128, GFP_KERNEL)! : kmem_cache_alloc(requests, GFP_KERNEL)!)
for (const urgent of [false, true]) {
  const request = get(urgent)
  kmem_cache_free(requests, request)
}
kmem_cache_destroy(requests)
