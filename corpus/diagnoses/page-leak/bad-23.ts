// @era v6.12
// @expect page-leak 6
//
// The block is split and three of its four pages are freed.
import { __free_page, alloc_pages, GFP_KERNEL, nth_page, split_page } from 'linux'
const p = alloc_pages(GFP_KERNEL, 2)!
split_page(p, 2)
for (let i = 0; i < 3; i++) __free_page(nth_page(p, i))
