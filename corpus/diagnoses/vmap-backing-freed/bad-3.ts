// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect vmap-backing-freed 9
//
// All pages of an area are freed in a loop before vunmap(): one mistake.
import { GFP_KERNEL, PAGE_KERNEL, VM_MAP, __free_page, alloc_page, vmap, vunmap } from 'linux'

const pages = [alloc_page(GFP_KERNEL)!, alloc_page(GFP_KERNEL)!]
const v = vmap(pages, 2, VM_MAP, PAGE_KERNEL)!
for (const p of pages) __free_page(p)
vunmap(v)
