// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect map-put-pages-confusion 10
//
// The area owns its pages; vunmap() leaks them.
import { alloc_page, GFP_KERNEL, PAGE_KERNEL, VM_MAP, VM_MAP_PUT_PAGES, vmap, vunmap } from 'linux'

const pages = [alloc_page(GFP_KERNEL)!, alloc_page(GFP_KERNEL)!]
const window = vmap(pages, 2, VM_MAP | VM_MAP_PUT_PAGES, PAGE_KERNEL)!
window.write_u8(0, 1)
vunmap(window)
