// @era all
// @expect none
//
// The same block, given back whole.
import { alloc_pages, __free_pages, GFP_KERNEL, pr_info, page_to_pfn } from 'linux'

const ORDER = 3
const block = alloc_pages(GFP_KERNEL, ORDER)!
pr_info(`${2 ** ORDER} pages from pfn ${page_to_pfn(block)}`)

__free_pages(block, ORDER)
