import { GFP_KERNEL, VVec, drop } from 'kernel'
import { get_page, page_address, pr_info, put_page } from 'linux'

const area = VVec.with_capacity(4096, GFP_KERNEL)
area.extend_with(1, 7, GFP_KERNEL)
// The borrow, without its lifetime: a raw pointer.
const page = [...area.page_iter()][0]!.as_ptr()
get_page(page)
drop(area)

pr_info(`byte ${page_address(page)!.read_u8(0)}`)
put_page(page)
