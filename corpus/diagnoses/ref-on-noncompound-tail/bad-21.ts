// @era v6.12
// @expect ref-on-noncompound-tail 7
//
// A loop takes a reference on each page of a block that is not compound.
import { __free_pages, alloc_pages, get_page, GFP_KERNEL, nth_page } from 'linux'
const blk = alloc_pages(GFP_KERNEL, 2)!
for (let i = 1; i < 4; i++) get_page(nth_page(blk, i))
__free_pages(blk, 2)
