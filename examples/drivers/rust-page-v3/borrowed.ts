// @era all
// @expect none
//
// The same job as it is done today: the container owns, its pages are borrowed one after the other. No count is asked.
import { GFP_KERNEL, PAGE_SIZE, VVec } from 'kernel'
import { pr_info } from 'linux'

using area = VVec.with_capacity(2 * PAGE_SIZE, GFP_KERNEL)
area.extend_with(2 * PAGE_SIZE, 0, GFP_KERNEL)
let i = 0
for (const page of area.page_iter()) page.write_raw([0x10 + i++], 0, 1)
pr_info(`its bytes ${area.get(0)} ${area.get(PAGE_SIZE)}`)
