// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// With __GFP_COMP the head knows its order.
import { __GFP_COMP, alloc_pages, GFP_KERNEL, put_page } from 'linux'

const block = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)!
put_page(block)
