// @era next memdesc
// @expect pt-double-take 9
//
// The address is taken back in a block, and once more after it.
import { GFP_KERNEL, Page } from 'kernel'
const p = Page.alloc_page(GFP_KERNEL)
const a = Page.into_phys(p)
{ using q = Page.from_phys(a); q.fill_zero_raw(0, 8) }
using r = Page.from_phys(a)
