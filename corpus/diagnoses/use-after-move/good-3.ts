// @era all
// @expect none
//
// A name that gets a new value lives again.
import { GFP_KERNEL, VVec, drop } from 'kernel'
import { pr_info } from 'linux'

let buffer = VVec.with_capacity(8192, GFP_KERNEL)
for (const chunk of [3, 0, 5]) {
  buffer.push(chunk, GFP_KERNEL)
  if (chunk === 0) {
    drop(buffer)
    buffer = VVec.with_capacity(8192, GFP_KERNEL)
  } else pr_info(`chunk ${chunk}`)
}
drop(buffer)
