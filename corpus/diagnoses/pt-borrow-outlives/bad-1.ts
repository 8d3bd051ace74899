// @era all
// @expect pt-borrow-outlives 12
//
// borrow_phys() gives a page of any lifetime; the table is freed under it.
import { Page, borrow_phys, from_phys, into_phys } from 'asahi/page'
import { GFP_KERNEL, drop } from 'kernel'

const ttb = into_phys(Page.alloc_page(GFP_KERNEL))
const table = borrow_phys(ttb)!
table.write_raw([3, 0, 0, 0], 0, 4)
drop(from_phys(ttb))
table.read_raw(new Uint8Array(8), 0, 8)
