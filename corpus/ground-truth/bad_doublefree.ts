// Case bad_doublefree: a page freed twice: a DEBUG_VM assertion; without it the count is -1 until the next
// allocation sets it to 1.
// @machine memory=512M debug=off
// Measured: plain-one debug=off, kasan-reports debug=on
import { __free_page, alloc_page, GFP_KERNEL } from 'linux'
import { count, say } from './measure.ts'

const p = alloc_page(GFP_KERNEL)!
__free_page(p)
count(1, 'p', p)
__free_page(p)
count(1, 'p', p)
say(1, 'returned', 1)
const q = alloc_page(GFP_KERNEL)!
const r = alloc_page(GFP_KERNEL)!
say(2, 'q==p', q === p)
say(2, 'r==p', r === p)
count(2, 'q', q)
