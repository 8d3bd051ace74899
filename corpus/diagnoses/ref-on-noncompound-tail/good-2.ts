// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// The tail of a compound block has no count of its own: its reference is the head's, and protects.
import { __GFP_COMP, alloc_pages, __free_pages, get_page, GFP_KERNEL, nth_page, page_address, put_page } from 'linux'

const block = alloc_pages(GFP_KERNEL | __GFP_COMP, 1)!
const tail = nth_page(block, 1)
get_page(tail)
__free_pages(block, 1)
page_address(tail)!.write_u8(0, 1)
put_page(tail)
