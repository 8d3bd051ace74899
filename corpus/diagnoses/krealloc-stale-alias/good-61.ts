// @era all
// @expect none
//
// Room is reserved first: the vector does not grow, and the pointer stays good.
import { GFP_KERNEL, KVec } from 'kernel'
using v = KVec.with_capacity<number>(8, GFP_KERNEL)
v.reserve(100, GFP_KERNEL)
const p = v.as_mut_ptr()!
for (let i = 0; i < 100; i++) v.push(i, GFP_KERNEL)
p.write_u8(0, 7)
