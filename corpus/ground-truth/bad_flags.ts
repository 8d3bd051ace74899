// Case bad_flags: a page freed with PG_locked set: reported and kept with DEBUG_VM, cleared silently without.
// @machine memory=512M debug=off
// Measured: plain-one debug=off, kasan-reports debug=on
import { __free_page, alloc_page, GFP_KERNEL, SetPageLocked } from 'linux'
import { dump, say } from './measure.ts'

const p = alloc_page(GFP_KERNEL)!
SetPageLocked(p)
__free_page(p)
say(1, 'returned', 1)
dump(1, 'p', p)
