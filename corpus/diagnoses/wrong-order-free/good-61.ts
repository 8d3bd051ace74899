// @era all
// @expect none
//
// After split_page() each page has an order of its own: 0.
import { __free_page, alloc_pages, GFP_KERNEL, nth_page, split_page } from 'linux'
const p = alloc_pages(GFP_KERNEL, 2)!
split_page(p, 2)
for (let i = 0; i < 4; i++) __free_page(nth_page(p, i))
