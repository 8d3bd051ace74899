// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// The pages go with the area; a page that the driver still needs has a reference of its own.
import { alloc_page, get_page, GFP_KERNEL, page_address, PAGE_KERNEL, put_page, vfree, VM_MAP } from 'linux'
import { VM_MAP_PUT_PAGES, vmap } from 'linux'

const pages = [alloc_page(GFP_KERNEL)!, alloc_page(GFP_KERNEL)!]
get_page(pages[1]!)
const area = vmap(pages, 2, VM_MAP | VM_MAP_PUT_PAGES, PAGE_KERNEL)!
area.write_u8(0, 1)
vfree(area)
page_address(pages[1]!)!.write_u8(0, 2)
put_page(pages[1]!)
