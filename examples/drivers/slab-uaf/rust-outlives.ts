// @era all
// @expect borrow-outlives-owner 13
//
// MISTAKE: the slice is used when its vector has been dropped. rustc refuses this (E0505); here it is said at the line.
import { GFP_KERNEL, KVec, drop } from 'kernel'
import { pr_info } from 'linux'

const a = KVec.with_capacity(256, GFP_KERNEL)
a.extend_with(256, 7, GFP_KERNEL)
const b = a.as_slice()

drop(a)
pr_info(`byte ${b.get(0)}`)
