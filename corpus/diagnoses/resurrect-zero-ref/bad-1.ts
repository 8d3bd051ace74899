// @era v6.12 v6.14 v6.17 v6.18 next
// @expect resurrect-zero-ref 10
//
// A lookup by frame number finds a page that is free.
import { __free_page, alloc_page, get_page, GFP_KERNEL, page_to_pfn, pfn_to_page } from 'linux'

const page = alloc_page(GFP_KERNEL)!
const pfn = page_to_pfn(page)
__free_page(page)
get_page(pfn_to_page(pfn))
