// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// What was hung on the page is NULL again.
import { __free_page, alloc_page, GFP_KERNEL, set_page_mapping } from 'linux'

const page = alloc_page(GFP_KERNEL)!
set_page_mapping(page, 0x1234000)
set_page_mapping(page, null)
__free_page(page)
