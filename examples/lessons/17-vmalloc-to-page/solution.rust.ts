import { GFP_KERNEL, VVec } from 'kernel'
import { pr_info } from 'linux'

using area = VVec.with_capacity(4096, GFP_KERNEL)
area.extend_with(1, 7, GFP_KERNEL)
const page = [...area.page_iter()][0]!
pr_info(`byte ${page.with_page_mapped((bytes) => bytes.read_u8(0))}`)
