// @era v6.12
// @expect double-free-page 9
//
// Two teardown loops, and the list is not emptied between them.
import { __free_page, alloc_page, GFP_KERNEL, type page } from 'linux'
const pages: page[] = []
for (let i = 0; i < 3; i++) pages.push(alloc_page(GFP_KERNEL)!)
for (const p of pages) __free_page(p)
for (const p of pages) __free_page(p)
