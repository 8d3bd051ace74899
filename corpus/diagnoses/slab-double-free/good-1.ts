// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The caller owns the buffer on failure; kfree(null) is legal.
import { EINVAL, GFP_KERNEL, kfree, kmalloc } from 'linux'
import type { Ptr } from 'linux'

function setup(buffer: Ptr): number {
  buffer.write_u32(0, 1)
  return -EINVAL
}

let buffer: Ptr | null = kmalloc(512, GFP_KERNEL)!
if (setup(buffer) < 0) {
  kfree(buffer)
  buffer = null
}
kfree(buffer)
