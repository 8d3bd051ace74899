import { GFP_KERNEL, PAGE_SIZE, VVec } from 'kernel'

using image = VVec.with_capacity(2 * PAGE_SIZE, GFP_KERNEL)
image.extend_with(4, 0x5a, GFP_KERNEL)
