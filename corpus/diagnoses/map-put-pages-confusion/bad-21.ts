// @era v6.12
// @expect map-put-pages-confusion 8
//
// The area owns its pages, and is taken down as if it did not.
import { alloc_page, GFP_KERNEL, PAGE_KERNEL, VM_MAP, VM_MAP_PUT_PAGES, vmap, vunmap } from 'linux'
const p = [alloc_page(GFP_KERNEL)!, alloc_page(GFP_KERNEL)!]
const v = vmap(p, 2, VM_MAP | VM_MAP_PUT_PAGES, PAGE_KERNEL)!
vunmap(v)
