// @era all
// @expect use-after-move 12
//
// The error path drops the buffer early; the loop comes round and uses it again.
import { GFP_KERNEL, VVec, drop } from 'kernel'
import { pr_info } from 'linux'

const buffer = VVec.with_capacity(8192, GFP_KERNEL)
let failed = false

for (const chunk of [3, 0, 5]) {
  buffer.push(chunk, GFP_KERNEL)
  if (chunk === 0) drop(buffer)
  else pr_info(`chunk ${chunk}`)
  failed ||= chunk === 0
}
