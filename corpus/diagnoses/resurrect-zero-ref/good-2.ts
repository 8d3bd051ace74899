// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// The reference is taken while the page is held; it is the owner that goes first.
import { __free_page, alloc_page, get_page, GFP_KERNEL, page_to_pfn, pfn_to_page, put_page } from 'linux'

const page = alloc_page(GFP_KERNEL)!
const found = pfn_to_page(page_to_pfn(page))
get_page(found)
__free_page(page)
get_page(found)
put_page(found)
put_page(found)
