import { GFP_KERNEL, PAGE_SIZE, VVec } from 'kernel'
import { page_to_phys, pr_info } from 'linux'

using image = VVec.with_capacity(2 * PAGE_SIZE, GFP_KERNEL)
let i = 0
for (const page of image.page_iter()) pr_info(`page ${i++} at 0x${page_to_phys(page.as_ptr()).toString(16)}`)
