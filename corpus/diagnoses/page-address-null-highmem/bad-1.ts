// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @machine arch=i386-highmem
// @expect page-address-null-highmem 10
//
// A HIGHMEM page has no address until it is mapped.
import { __free_page, alloc_page, GFP_HIGHUSER, page_address } from 'linux'

const page = alloc_page(GFP_HIGHUSER)!
const bytes = page_address(page)!
bytes.write_u8(0, 1)
__free_page(page)
