// @era all
// @expect none
//
// One parent owns the table; the other one borrows it.
import { Page, borrow_phys, from_phys, into_phys } from 'asahi/page'
import { GFP_KERNEL, drop } from 'kernel'

const table = into_phys(Page.alloc_page(GFP_KERNEL))
const kernelHalf = [table]
const userHalf = [table]
for (const phys of userHalf) borrow_phys(phys)!.fill_zero_raw(0, 8)
for (const phys of kernelHalf) drop(from_phys(phys))
