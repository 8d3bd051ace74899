// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect slab-double-free 15
//
// The error path frees, and so does the caller.
import { EINVAL, GFP_KERNEL, kfree, kmalloc } from 'linux'
import type { Ptr } from 'linux'

function setup(buffer: Ptr): number {
  buffer.write_u32(0, 1)
  kfree(buffer)
  return -EINVAL
}

const buffer = kmalloc(512, GFP_KERNEL)!
if (setup(buffer) < 0) kfree(buffer)
