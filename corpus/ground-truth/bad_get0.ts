// Case bad_get0: a get on a free page: a DEBUG_VM assertion; without it a free page has a count of 1.
// @machine memory=512M debug=off
// Measured: plain-one debug=off, kasan-reports debug=on
import { __free_page, alloc_page, get_page, GFP_KERNEL } from 'linux'
import { count, say } from './measure.ts'

const p = alloc_page(GFP_KERNEL)!
__free_page(p)
count(1, 'p', p)
get_page(p)
say(1, 'returned', 1)
count(1, 'p', p)
