// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// Pages that are counted are allocated as pages.
import { __GFP_COMP, alloc_pages, get_page, GFP_KERNEL, page_address, put_page } from 'linux'

const page = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)!
const ring = page_address(page)!
get_page(page)
ring.write_u8(0, 1)
put_page(page)
put_page(page)
