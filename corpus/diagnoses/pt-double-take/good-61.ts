// @era all
// @expect none
//
// The address lies in a table meanwhile: it is the owner.
import { kfree, kzalloc } from 'linux'
import { drop, GFP_KERNEL, Page } from 'kernel'
const table = kzalloc(64, GFP_KERNEL)!
table.write_u64(8, Page.into_phys(Page.alloc_page(GFP_KERNEL)))
drop(Page.from_phys(table.read_u64(8)))
kfree(table)
