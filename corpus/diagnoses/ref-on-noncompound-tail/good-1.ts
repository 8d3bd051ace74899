// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// After split_page() each page has a count of its own.
import { __free_page, alloc_pages, get_page, GFP_KERNEL, nth_page, put_page, split_page } from 'linux'

const block = alloc_pages(GFP_KERNEL, 1)!
split_page(block, 1)
get_page(nth_page(block, 1))
__free_page(nth_page(block, 1))
__free_page(block)
put_page(nth_page(block, 1))
