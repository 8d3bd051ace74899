// @era v6.12
// @expect wrong-order-free 7
//
// A compound block of four pages is freed as one page.
import { __free_pages, __GFP_COMP, alloc_pages, GFP_KERNEL } from 'linux'
const p = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)!
__free_pages(p, 0)
