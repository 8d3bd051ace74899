import { GFP_KERNEL, PAGE_SIZE, VVec } from 'kernel'

using image = VVec.with_capacity(2 * PAGE_SIZE, GFP_KERNEL)
const pages = [...image.page_iter()]
const first = pages[0]!`nothing is written to ${typeof first}`
