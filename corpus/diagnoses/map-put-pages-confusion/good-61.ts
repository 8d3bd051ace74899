// @era v6.12 next
// @expect none
//
// The area takes one reference over, and the driver keeps one of its own.
import { alloc_page, get_page, GFP_KERNEL, page_address, PAGE_KERNEL, put_page, vfree, VM_MAP } from 'linux'
import { VM_MAP_PUT_PAGES, vmap } from 'linux'
const p = [alloc_page(GFP_KERNEL)!]
get_page(p[0]!)
const v = vmap(p, 1, VM_MAP | VM_MAP_PUT_PAGES, PAGE_KERNEL)!
vfree(v)
page_address(p[0]!)!.write_u8(0, 1)
put_page(p[0]!)
