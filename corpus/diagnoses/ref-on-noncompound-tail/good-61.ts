// @era v6.12 v6.18 next
// @expect none
//
// A tail of a compound block: the reference is the head's, and keeps all of it.
import { __free_pages, __GFP_COMP, alloc_pages, get_page, GFP_KERNEL, nth_page, put_page } from 'linux'
const blk = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)!
get_page(nth_page(blk, 3))
__free_pages(blk, 2)
put_page(blk)
