// @era all
// @expect kmap-escape 9
//
// The address is kept outside the closure: it was good for the closure alone.
import { GFP_KERNEL, Page, type Ptr } from 'kernel'
using p = Page.alloc_page(GFP_KERNEL)
let keep: Ptr | null = null
p.with_page_mapped((a) => { keep = a })
keep!.write_u8(0, 1)
