import { GFP_KERNEL, PAGE_SIZE, VVec, drop } from 'kernel'

const image = VVec.with_capacity(2 * PAGE_SIZE, GFP_KERNEL)
const pages = [...image.page_iter()]
const first = pages[0]!

drop(image)
first.write_raw([1, 2, 3, 4], 0, 4)
