import { GFP_KERNEL, KVec } from 'kernel'

using buffer = KVec.with_capacity(40, GFP_KERNEL)
buffer.extend_with(40, 0, GFP_KERNEL)
const slice = buffer.as_slice()
buffer.set(8, 1)

buffer.reserve(60, GFP_KERNEL)
buffer.set(slice.get(8) ?? 0, 3)
