// Case page_poison: a free page is written to: nothing is told at the write, and a kernel with page_poison=1 finds it
// when the page is handed out again. Such a kernel has DEBUG_VM as well, which prints nothing here, and no KASAN.
// @machine memory=512M
// Measured: hard-poison debug=off page_poison=on
// Varies: 1 got_p_again: setting a kprobe took the page in between
import { __free_page, alloc_page, GFP_KERNEL, page_address } from 'linux'
import { say } from './measure.ts'

const p = alloc_page(GFP_KERNEL)!
const at = page_address(p)!
__free_page(p)
at.write_u16(0x40, 0x1211)
const again = alloc_page(GFP_KERNEL)!
say(1, 'got_p_again', again === p)
__free_page(again)
