import { Page, borrow_phys, from_phys, into_phys } from 'asahi/page'
import { GFP_KERNEL, drop } from 'kernel'

const leaf = into_phys(Page.alloc_page(GFP_KERNEL))
const left = leaf
const right = leaf
const page = borrow_phys(right)!
drop(from_phys(left))
page.write_raw([0, 0, 0, 0], 0, 4)
