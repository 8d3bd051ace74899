// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// kfree() of an object of a cache is legal; each buffer knows its free function.
import { free_page, get_zeroed_page, GFP_KERNEL, kfree, kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy, vfree, vmalloc } from 'linux'

const cache = kmem_cache_create('request', 96, 0, 0, null)!
const page = get_zeroed_page(GFP_KERNEL)!
const object = kmem_cache_alloc(cache, GFP_KERNEL)!
const area = vmalloc(4096)!
const cleanup = [() => free_page(page), () => kfree(object), () => vfree(area)]
cleanup.forEach((run) => run())
kmem_cache_destroy(cache)
