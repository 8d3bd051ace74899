import { GFP_KERNEL, KVec } from 'kernel'

const buffer = KVec.with_capacity(40, GFP_KERNEL)
buffer.extend_with(40, 0, GFP_KERNEL)
buffer.set(8, 1)

buffer.reserve(20, GFP_KERNEL)
buffer.set(8, 2)
buffer.reserve(60, GFP_KERNEL)
buffer.set(8, 3)
