// @era all
// @expect none
//
// An element that is replaced is dropped: the vector owns it.
import { GFP_KERNEL, KVec, Page } from 'kernel'
using v = KVec.new<Page>()
v.push(Page.alloc_page(GFP_KERNEL), GFP_KERNEL)
v.set(0, Page.alloc_page(GFP_KERNEL))
