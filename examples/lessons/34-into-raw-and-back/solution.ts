import { Page, from_phys, into_phys } from 'asahi/page'
import { GFP_KERNEL, drop } from 'kernel'

// The leaf table's address, as it stands in two parent tables.
const leaf = into_phys(Page.alloc_page(GFP_KERNEL))
const left = leaf
const right = leaf

drop(from_phys(left))
if (right !== left) drop(from_phys(right))
