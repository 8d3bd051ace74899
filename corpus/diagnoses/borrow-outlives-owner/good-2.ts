// @era v6.18 next memdesc
// @expect none
//
// Room for the push was made before: nothing moves, and the pages are borrowed after.
import { GFP_KERNEL, PAGE_SIZE, VVec } from 'kernel'

using table = VVec.with_capacity(PAGE_SIZE, GFP_KERNEL)
table.extend_with(PAGE_SIZE, 0, GFP_KERNEL)
table.reserve(1, GFP_KERNEL)
table.push(1, GFP_KERNEL)
const [page] = table.page_iter()
page!.fill_zero_raw(0, 16)
