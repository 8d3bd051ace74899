// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect kmap-escape 12
//
// The bytes are copied out after the mapping has ended.
import { GFP_KERNEL, __free_page, alloc_page, kfree, kmalloc, kmap_local_page, kunmap_local, memcpy, memset } from 'linux'

const page = alloc_page(GFP_KERNEL)!
const buf = kmalloc(64, GFP_KERNEL)!
const va = kmap_local_page(page)
memset(va, 0, 64)
kunmap_local(va)
memcpy(buf, va, 64)
kfree(buf)
__free_page(page)
