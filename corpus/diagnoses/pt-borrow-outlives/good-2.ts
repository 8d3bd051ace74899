// @era all
// @expect none
//
// The cached table is forgotten where the block is freed: the walk looks it up again and finds none.
import { Page, borrow_phys, from_phys, into_phys } from 'asahi/page'
import { GFP_KERNEL, __GFP_ZERO, drop } from 'kernel'

const entry = new Uint8Array(8)
const word = new DataView(entry.buffer)
const root = into_phys(Page.alloc_page(GFP_KERNEL | __GFP_ZERO))
const leaf = into_phys(Page.alloc_page(GFP_KERNEL | __GFP_ZERO))
word.setBigUint64(0, leaf | 3n, true)
borrow_phys(root)!.write_raw(entry, 0, 8)
let cached: Page | null = borrow_phys(leaf)
cached?.read_raw(entry, 16, 8)

borrow_phys(root)!.fill_zero_raw(0, 8)
drop(from_phys(leaf))
cached = null
borrow_phys(root)!.read_raw(entry, 0, 8)
if (word.getBigUint64(0, true) !== 0n) cached = borrow_phys(word.getBigUint64(0, true) & ~0xfffn)
drop(from_phys(root))
