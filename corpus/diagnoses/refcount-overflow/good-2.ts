// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// A high count alone is no mistake.
import { alloc_page, __free_page, get_page, GFP_KERNEL, put_page, set_page_count } from 'linux'

const page = alloc_page(GFP_KERNEL)!
set_page_count(page, 0x7000_0000)
get_page(page)
put_page(page)
set_page_count(page, 1)
__free_page(page)
