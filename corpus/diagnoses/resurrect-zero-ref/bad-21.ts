// @era v6.12
// @expect resurrect-zero-ref 10
//
// The frame number is kept beyond the free, and a plain reference is taken on it.
import { __free_page, alloc_page, get_page, page_to_pfn, pfn_to_page } from 'linux'
import { GFP_KERNEL } from 'kernel'
const p = alloc_page(GFP_KERNEL)!
const pfn = page_to_pfn(p)
__free_page(p)
get_page(pfn_to_page(pfn))
