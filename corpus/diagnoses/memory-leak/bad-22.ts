// @era all
// @expect memory-leak 7
//
// A vector of pages is lost: one mistake, and the pages go with it.
import { GFP_KERNEL, KVec, Page } from 'kernel'
import { pr_info } from 'linux'
const v = KVec.with_capacity<Page>(2, GFP_KERNEL, 8)
v.push(Page.alloc_page(GFP_KERNEL), GFP_KERNEL)
v.push(Page.alloc_page(GFP_KERNEL), GFP_KERNEL)
pr_info(`${v.len()}`)
