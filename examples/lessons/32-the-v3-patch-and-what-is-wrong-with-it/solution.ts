import { GFP_KERNEL, VVec } from 'kernel'
import { pr_info } from 'linux'

using area = VVec.with_capacity(4096, GFP_KERNEL)
const [page] = area.page_iter()
page!.write_raw([1, 2, 3, 4], 0, 4)
pr_info('written')
