import { GFP_KERNEL, PAGE_SIZE, VVec } from 'kernel'

// Owned and dropped, but no device ever sees it.
using image = VVec.with_capacity(PAGE_SIZE, GFP_KERNEL)
image.extend_with(4, 0x5a, GFP_KERNEL)
