// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// While a reference is held the lookup stays true; a new lookup is a new answer.
import { alloc_page, __free_page, ClearPagePrivate, get_page, GFP_KERNEL, page_to_pfn, pfn_to_page, put_page } from 'linux'
import { SetPagePrivate } from 'linux'

const ring = alloc_page(GFP_KERNEL)!
const pfn = page_to_pfn(ring)
let found = pfn_to_page(pfn)
get_page(found)
__free_page(ring)
SetPagePrivate(found)
ClearPagePrivate(found)
put_page(found)
const table = alloc_page(GFP_KERNEL)!
found = pfn_to_page(page_to_pfn(table))
SetPagePrivate(found)
ClearPagePrivate(found)
__free_page(table)
