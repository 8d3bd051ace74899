// @era v6.12 v6.14 v6.17 v6.18 next
// @expect bug-on 9
//
// The count of a page is not what the driver believes.
import { alloc_page, BUG_ON, get_page, GFP_KERNEL, page_ref_count } from 'linux'

const page = alloc_page(GFP_KERNEL)!
get_page(page)
BUG_ON(page_ref_count(page) !== 1)
