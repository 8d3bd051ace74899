// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Both pairs, each with its own partner.
import { __free_page, alloc_page, GFP_KERNEL, PAGE_KERNEL, VM_MAP, VM_MAP_PUT_PAGES, vfree, vmap, vunmap } from 'linux'

const own = vmap([alloc_page(GFP_KERNEL)!], 1, VM_MAP | VM_MAP_PUT_PAGES, PAGE_KERNEL)!
vfree(own)

const page = alloc_page(GFP_KERNEL)!
const lent = vmap([page], 1, VM_MAP, PAGE_KERNEL)!
vunmap(lent)
__free_page(page)
