// @era all
// @expect pt-borrow-outlives 20
//
// The walk keeps the leaf table of the last address; freeing the block frees that table.
import { Page, borrow_phys, from_phys, into_phys } from 'asahi/page'
import { GFP_KERNEL, __GFP_ZERO, drop } from 'kernel'

const entry = new Uint8Array(8)
const word = new DataView(entry.buffer)
const root = into_phys(Page.alloc_page(GFP_KERNEL | __GFP_ZERO))
const leaf = into_phys(Page.alloc_page(GFP_KERNEL | __GFP_ZERO))
word.setBigUint64(0, leaf | 3n, true)
borrow_phys(root)!.write_raw(entry, 0, 8)
const cached = borrow_phys(leaf)!

// The block goes: its entry is cleared, the table it owned is freed.
borrow_phys(root)!.fill_zero_raw(0, 8)
drop(from_phys(leaf))
word.setBigUint64(0, 0x4003n, true)
cached.write_raw(entry, 16, 8)
drop(from_phys(root))
