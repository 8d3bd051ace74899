import { GFP_KERNEL, KVec, drop } from 'kernel'

const buffer = KVec.with_capacity(40, GFP_KERNEL)
buffer.extend_with(40, 0, GFP_KERNEL)
const cursor = buffer.as_ptr()!.add(8)
cursor.write_u8(0, 1)

buffer.reserve(20, GFP_KERNEL)
cursor.write_u8(0, 2)
buffer.reserve(60, GFP_KERNEL)
cursor.write_u8(0, 3)
drop(buffer)
