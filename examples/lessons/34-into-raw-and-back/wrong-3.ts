import { Page, from_phys, into_phys } from 'asahi/page'
import { GFP_KERNEL, drop } from 'kernel'

const leaf = into_phys(Page.alloc_page(GFP_KERNEL))
const first = from_phys(leaf)
const second = from_phys(leaf)
drop(second)
drop(first)
