// @era all
// @expect none
//
// The address of the child lies in its parent's entry: whoever clears the entry takes the page back.
import { __GFP_ZERO, drop, GFP_KERNEL, Page } from 'kernel'
const root = Page.into_phys(Page.alloc_page(GFP_KERNEL | __GFP_ZERO))
const child = Page.into_phys(Page.alloc_page(GFP_KERNEL | __GFP_ZERO))
Page.borrow_phys(root)!.with_pointer_into_page(0, 8, (p) => { p.write_u64(0, child | 3n) })
let at = 0n
Page.borrow_phys(root)!.with_pointer_into_page(0, 8, (p) => { at = p.read_u64(0) & ~3n; p.write_u64(0, 0n) })
drop(Page.from_phys(at))
drop(Page.from_phys(root))
