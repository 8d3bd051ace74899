// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// A reference keeps the page after its owner freed it: __free_page() drops one reference, the last one frees.
import { __free_page, alloc_page, get_page, GFP_KERNEL, page_address, put_page } from 'linux'

const page = alloc_page(GFP_KERNEL)!
const data = page_address(page)!
get_page(page)
__free_page(page)
data.write_u64(0, 1n)
put_page(page)
