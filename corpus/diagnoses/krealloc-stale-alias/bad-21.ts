// @era all
// @expect krealloc-stale-alias 10
//
// A VVec that grows moves to a new area: the pointer from before is stale.
import { GFP_KERNEL, VVec } from 'kernel'
using v = VVec.with_capacity<number>(4096, GFP_KERNEL)
v.extend_with(4096, 1, GFP_KERNEL)
const p = v.as_mut_ptr()!
v.push(1, GFP_KERNEL)
p.write_u8(0, 7)
