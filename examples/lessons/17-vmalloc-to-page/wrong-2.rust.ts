import { GFP_KERNEL, VVec } from 'kernel'
import { pr_info } from 'linux'

using area = VVec.with_capacity(4096, GFP_KERNEL)
area.extend_with(1, 7, GFP_KERNEL)
pr_info(`${[...area.page_iter()].length} page`)
