// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect page-use-after-free 10
//
// page_address() gives a plain pointer. It does not keep the page.
import { __free_page, alloc_page, GFP_KERNEL, page_address } from 'linux'

const page = alloc_page(GFP_KERNEL)!
const data = page_address(page)!
__free_page(page)
data.write_u64(0, 1n)
