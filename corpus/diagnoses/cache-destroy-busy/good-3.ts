// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @machine debug=off
// @expect none
//
// Without debugging the second cache is merged with the first: to destroy it is to give up a name.
import { GFP_KERNEL, kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy, kmem_cache_free } from 'linux'

const packets = kmem_cache_create('packets', 383, 0, 0, null)!
const packet = kmem_cache_alloc(packets, GFP_KERNEL)!
const headers = kmem_cache_create('headers', 379, 0, 0, null)!
kmem_cache_destroy(headers)
kmem_cache_free(packets, packet)
kmem_cache_destroy(packets)
