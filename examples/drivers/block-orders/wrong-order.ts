// @era all
// @expect wrong-order-free 12
//
// Between allocation and free only the caller knows the order of a block without __GFP_COMP. Free it with a smaller
// one and the rest is lost: look at the frames that stay coloured on the map.
import { alloc_pages, __free_pages, GFP_KERNEL, pr_info, page_to_pfn } from 'linux'

const ORDER = 3
const block = alloc_pages(GFP_KERNEL, ORDER)!
pr_info(`${2 ** ORDER} pages from pfn ${page_to_pfn(block)}`)

__free_pages(block, 1)
