// @era v6.12 v6.14 v6.17 v6.18 next
// @expect ref-on-noncompound-tail 9
//
// A loop takes a reference on every page of a block. With DEBUG_VM the kernel stops at the second.
import { __free_pages, alloc_pages, get_page, GFP_KERNEL, nth_page, put_page } from 'linux'

const block = alloc_pages(GFP_KERNEL, 2)!
for (let i = 0; i < 4; i++) {
  get_page(nth_page(block, i))
}
for (let i = 0; i < 4; i++) put_page(nth_page(block, i))
__free_pages(block, 2)
