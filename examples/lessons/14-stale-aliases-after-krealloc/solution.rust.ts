import { GFP_KERNEL, KVec } from 'kernel'

using buffer = KVec.with_capacity(40, GFP_KERNEL)
buffer.extend_with(40, 0, GFP_KERNEL)
const at = 8
buffer.set(at, 1)

buffer.reserve(20, GFP_KERNEL)
buffer.set(at, 2)
buffer.reserve(60, GFP_KERNEL)
buffer.set(at, 3)
