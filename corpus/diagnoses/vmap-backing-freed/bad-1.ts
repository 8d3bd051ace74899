// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect vmap-backing-freed 9
//
// vmap() takes no reference: the pages are freed under the area.
import { __free_page, alloc_page, GFP_KERNEL, PAGE_KERNEL, VM_MAP, vmap, vunmap } from 'linux'

const pages = [alloc_page(GFP_KERNEL)!, alloc_page(GFP_KERNEL)!]
const window = vmap(pages, 2, VM_MAP, PAGE_KERNEL)!
__free_page(pages[1]!)
window.write_u8(4096, 1)
vunmap(window)
__free_page(pages[0]!)
