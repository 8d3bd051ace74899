// @era all
// @expect pt-borrow-outlives 11
//
// The page is borrowed through the entry of a table, and the table's owner takes it back.
import { kfree, kzalloc } from 'linux'
import { drop, GFP_KERNEL, Page } from 'kernel'
const table = kzalloc(64, GFP_KERNEL)!
table.write_u64(8, Page.into_phys(Page.alloc_page(GFP_KERNEL)))
const b = Page.borrow_phys(table.read_u64(8))!
drop(Page.from_phys(table.read_u64(8)))
b.write_raw([1], 0, 1)
kfree(table)
