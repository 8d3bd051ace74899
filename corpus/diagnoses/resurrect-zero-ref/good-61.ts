// @era v6.12
// @expect none
//
// The lookup takes its reference only if the page has one.
import { __free_page, alloc_page, get_page_unless_zero, page_to_pfn, pfn_to_page, put_page } from 'linux'
import { GFP_KERNEL } from 'kernel'
const p = alloc_page(GFP_KERNEL)!
const pfn = page_to_pfn(p)
__free_page(p)
const q = pfn_to_page(pfn)
if (get_page_unless_zero(q)) put_page(q)
