// @era all
// @expect borrow-outlives-owner 11
//
// push() borrows the vector exclusively: the slice from before is dead, even if the buffer had room behind it.
import { GFP_KERNEL, KVec } from 'kernel'
import { pr_info } from 'linux'
using v = KVec.with_capacity<number>(4, GFP_KERNEL)
for (let i = 0; i < 4; i++) v.push(i, GFP_KERNEL)
const s = v.as_slice()
v.push(9, GFP_KERNEL)
pr_info(`${s.get(0)}`)
