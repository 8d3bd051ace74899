// @era v6.18 next memdesc
// @expect borrow-outlives-owner 10
//
// The vector was moved into a function, which dropped it.
import { GFP_KERNEL, VVec } from 'kernel'
const v = VVec.with_capacity<number>(8192, GFP_KERNEL)
const [p] = v.page_iter()
function eat(x: VVec<number>) { using y = x; y.push(1, GFP_KERNEL) }
eat(v)
p!.write_raw([1], 0, 1)
