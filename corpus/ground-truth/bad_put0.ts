// Case bad_put0: a put on a free page: a DEBUG_VM assertion; -1 without.
// @machine memory=512M debug=off
// Measured: plain-one debug=off, kasan-reports debug=on
import { __free_page, alloc_page, GFP_KERNEL, put_page } from 'linux'
import { count, say } from './measure.ts'

const p = alloc_page(GFP_KERNEL)!
__free_page(p)
count(1, 'p', p)
put_page(p)
say(1, 'returned', 1)
count(1, 'p', p)
