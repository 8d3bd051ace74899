import { GFP_KERNEL, PAGE_SIZE, VVec } from 'kernel'
import { page_to_phys, pr_info } from 'linux'

using image = VVec.with_capacity(2 * PAGE_SIZE, GFP_KERNEL)
const [first] = image.page_iter()
pr_info(`page 0 at 0x${page_to_phys(first!.as_ptr()).toString(16)}`)
