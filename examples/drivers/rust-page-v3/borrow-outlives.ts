// @era all
// @expect borrow-outlives-owner 14
//
// MISTAKE: the borrow is used after its owner. rustc refuses this (E0505); here it is said at the line.
import { GFP_KERNEL, PAGE_SIZE, VVec, drop } from 'kernel'
import { pr_info } from 'linux'

const area = VVec.with_capacity(2 * PAGE_SIZE, GFP_KERNEL)
area.extend_with(2 * PAGE_SIZE, 0x5a, GFP_KERNEL)
const [page] = area.page_iter()
drop(area)
pr_info('the area is gone')

page!.write_raw([1], 0, 1)
