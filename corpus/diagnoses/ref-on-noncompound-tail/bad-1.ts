// @era v6.12 v6.14 v6.17 v6.18 next
// @machine debug=off
// @expect ref-on-noncompound-tail 9
//
// The second page of a block that is not compound has no count.
import { __free_pages, alloc_pages, get_page, GFP_KERNEL, nth_page } from 'linux'

const block = alloc_pages(GFP_KERNEL, 1)!
get_page(nth_page(block, 1))
__free_pages(block, 1)
