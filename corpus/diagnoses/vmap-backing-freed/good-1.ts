// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Unmapped first.
import { __free_page, alloc_page, GFP_KERNEL, PAGE_KERNEL, VM_MAP, vmap, vunmap } from 'linux'

const pages = [alloc_page(GFP_KERNEL)!, alloc_page(GFP_KERNEL)!]
const window = vmap(pages, 2, VM_MAP, PAGE_KERNEL)!
window.write_u8(4096, 1)
vunmap(window)
for (const page of pages) __free_page(page)
