import { GFP_KERNEL, PAGE_SIZE, VVec, drop } from 'kernel'

const image = VVec.with_capacity(PAGE_SIZE, GFP_KERNEL)
const first = [...image.page_iter()][0]!
image.reserve(8 * PAGE_SIZE, GFP_KERNEL)
first.write_raw([1, 2, 3, 4], 0, 4)
drop(image)
