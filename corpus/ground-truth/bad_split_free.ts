// Case bad_split_free: a split block freed as one: its other pages are free with a count of 1 (three bad pages
// with DEBUG_VM).
// @machine memory=512M debug=off
// Measured: plain-one debug=off, kasan-badfree debug=on
import { __free_pages, alloc_pages, GFP_KERNEL, nth_page, split_page } from 'linux'
import { dump } from './measure.ts'

const p = alloc_pages(GFP_KERNEL, 2)!
split_page(p, 2)
__free_pages(p, 2)
for (const n of [0, 1, 2, 3]) dump(1, `p+${n}`, nth_page(p, n))
