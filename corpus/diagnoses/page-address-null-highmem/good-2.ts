// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @machine arch=i386-highmem
// @expect none
//
// page_address() of a HIGHMEM page is right while kmap() holds it, and its NULL is handled.
import { __free_page, alloc_page, GFP_HIGHUSER, kmap, kunmap, page_address } from 'linux'

const page = alloc_page(GFP_HIGHUSER)!
kmap(page)
page_address(page)!.write_u32(0, 1)
kunmap(page)
const bytes = page_address(page)
if (bytes !== null) bytes.write_u32(0, 2)
__free_page(page)
