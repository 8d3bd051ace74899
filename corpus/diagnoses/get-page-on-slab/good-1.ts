// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// Pages of one's own may be counted.
import { alloc_page, get_page, GFP_KERNEL, page_address, put_page } from 'linux'

const page = alloc_page(GFP_KERNEL)!
const key = page_address(page)!
get_page(page)
key.write_u8(0, 1)
put_page(page)
put_page(page)
