// @era v6.18 next memdesc
// @expect borrow-outlives-owner 11
//
// The vector is full: the next push moves it, and the pages borrowed before are of the old buffer.
import { GFP_KERNEL, PAGE_SIZE, VVec } from 'kernel'

using table = VVec.with_capacity(PAGE_SIZE, GFP_KERNEL)
table.extend_with(PAGE_SIZE, 0, GFP_KERNEL)
const [page] = table.page_iter()
table.push(1, GFP_KERNEL)
page!.fill_zero_raw(0, 16)
