// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The page is mapped twice, once for each copy.
import { GFP_KERNEL, __GFP_ZERO, __free_page, alloc_page, kfree, kmalloc, kmap_local_page, kunmap_local, memcpy } from 'linux'

const page = alloc_page(GFP_KERNEL | __GFP_ZERO)!
const buf = kmalloc(64, GFP_KERNEL)!
let va = kmap_local_page(page)
memcpy(buf, va, 64)
kunmap_local(va)
va = kmap_local_page(page)
memcpy(va, buf, 64)
kunmap_local(va)
kfree(buf)
__free_page(page)
