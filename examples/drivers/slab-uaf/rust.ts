// @era all
// @expect none
//
// In Rust the object has an owner and a borrow knows it: the slice is used, then the vector is dropped. A page
// reference would say nothing of the object, and there is no name for one.
import { GFP_KERNEL, KVec, drop } from 'kernel'
import { pr_info } from 'linux'

const a = KVec.with_capacity(256, GFP_KERNEL)
a.extend_with(256, 7, GFP_KERNEL)
const b = a.as_slice()

pr_info(`byte ${b.get(0)}`)
drop(a)
