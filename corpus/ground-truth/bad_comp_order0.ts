// Case bad_comp_order0: a compound block freed as one page: an assertion with DEBUG_VM; without it the tails stay
// behind, still marked as tails.
// @machine memory=512M debug=off
// Measured: plain-one debug=off, kasan-badfree debug=on
import { __free_page, __GFP_COMP, alloc_pages, GFP_KERNEL, nth_page } from 'linux'
import { dump, say } from './measure.ts'

const h = alloc_pages(GFP_KERNEL | __GFP_COMP, 2)!
__free_page(h)
say(1, 'returned', 1)
dump(1, 'h', h)
dump(1, 'h+1', nth_page(h, 1))
