// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect stale-lookup-identity 12
//
// The frame belongs to somebody else by the time it is marked.
import { alloc_page, __free_page, ClearPagePrivate, GFP_KERNEL, page_to_pfn, pfn_to_page, SetPagePrivate } from 'linux'

const ring = alloc_page(GFP_KERNEL)!
const pfn = page_to_pfn(ring)
const found = pfn_to_page(pfn)
__free_page(ring)
const table = alloc_page(GFP_KERNEL)!
SetPagePrivate(found)
ClearPagePrivate(table)
__free_page(table)
