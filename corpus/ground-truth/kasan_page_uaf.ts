// Case kasan_page_uaf: a write to a freed block of pages.
// @machine memory=512M debug=on
// Measured: kasan-reports debug=on, hard-poison debug=off page_poison=on
import { __free_pages, alloc_pages, GFP_KERNEL, page_address } from 'linux'
import { say } from './measure.ts'

const p = alloc_pages(GFP_KERNEL, 1)!
const m = page_address(p)!
__free_pages(p, 1)
m.write_u8(10, 1)
say(1, 'returned', 1)
