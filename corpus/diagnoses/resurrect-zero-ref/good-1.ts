// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// get_page_unless_zero() is made for this.
import { __free_page, alloc_page, get_page_unless_zero, GFP_KERNEL, page_to_pfn, pfn_to_page, put_page } from 'linux'

const page = alloc_page(GFP_KERNEL)!
const pfn = page_to_pfn(page)
__free_page(page)
const found = pfn_to_page(pfn)
if (get_page_unless_zero(found)) put_page(found)
