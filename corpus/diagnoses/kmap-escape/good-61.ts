// @era all
// @expect none
//
// The address stays inside the closure.
import { GFP_KERNEL, Page } from 'kernel'
using p = Page.alloc_page(GFP_KERNEL)
p.with_page_mapped((a) => { a.write_u32(0, 1) })
