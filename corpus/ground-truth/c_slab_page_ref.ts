// Case c_slab_page_ref: a foreign reference keeps the page of a slab that is given back. It is no slab page any
// more, and its put frees it.
// @machine memory=512M debug=off
// Measured: plain-cases debug=off, kasan-cases debug=on
import { compound_order, get_page, GFP_KERNEL, kmem_cache_alloc, kmem_cache_create, kmem_cache_destroy, kmem_cache_free } from 'linux'
import { kmem_cache_shrink, put_page, SLAB_NO_MERGE, virt_to_head_page } from 'linux'
import { count, dump, say } from './measure.ts'

// The size was not recorded; 512 is one whose slabs have the orders measured on all kernels.
const cache = kmem_cache_create('lab_c', 512, 0, SLAB_NO_MERGE, null)!
const a = kmem_cache_alloc(cache, GFP_KERNEL)!
const hd = virt_to_head_page(a)
dump(1, 'hd', hd)
say(1, 'compound_order(hd)', compound_order(hd))
get_page(hd)
count(2, 'hd', hd)
kmem_cache_free(cache, a)
kmem_cache_shrink(cache)
dump(3, 'hd', hd)
kmem_cache_destroy(cache)
dump(4, 'hd', hd)
say(4, 'compound_order(hd)', compound_order(hd))
put_page(hd)
dump(5, 'hd', hd)
