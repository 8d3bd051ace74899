// @era all
// @expect none
//
// Borrowed anew for each access, and never after the table was taken back.
import { Page, borrow_phys, from_phys, into_phys } from 'asahi/page'
import { GFP_KERNEL, drop } from 'kernel'

const ttb = into_phys(Page.alloc_page(GFP_KERNEL))
borrow_phys(ttb)!.write_raw([3, 0, 0, 0], 0, 4)
borrow_phys(ttb)!.read_raw(new Uint8Array(8), 0, 8)
drop(from_phys(ttb))
