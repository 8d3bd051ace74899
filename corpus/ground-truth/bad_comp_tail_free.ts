// Case bad_comp_tail_free: a tail of a compound page freed alone: its own count becomes -1, the head is untouched
// (an assertion with DEBUG_VM).
// @machine memory=512M debug=off
// Measured: plain-one debug=off, kasan-badfree debug=on
import { __free_page, __free_pages, __GFP_COMP, alloc_pages, GFP_KERNEL, nth_page } from 'linux'
import { dump } from './measure.ts'

const h = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)!
__free_page(nth_page(h, 1))
dump(1, 'h', h)
dump(1, 'h+1', nth_page(h, 1))
__free_pages(h, 2)
dump(2, 'h', h)
dump(2, 'h+1', nth_page(h, 1))
