// Case page_poison: a free page is written to; a kernel with page_poison=1 finds that when the page is handed out
// again. The simulated machine has no page_poison: its KASAN tells the write itself.
// @machine memory=512M debug=on
// Measured: hard-poison debug=on
// Varies: 1 got_p_again: setting a kprobe took the page in between
// Kernel: hard-poison: page_poison reports at the next allocation there, KASAN at the write here
import { __free_page, alloc_page, GFP_KERNEL, page_address } from 'linux'
import { say } from './measure.ts'

const p = alloc_page(GFP_KERNEL)!
const at = page_address(p)!
__free_page(p)
at.write_u16(0x40, 0x1211)
const again = alloc_page(GFP_KERNEL)!
say(1, 'got_p_again', again === p)
__free_page(again)
