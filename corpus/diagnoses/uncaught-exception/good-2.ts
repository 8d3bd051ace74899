// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Thrown and caught; the finally block frees.
import { GFP_KERNEL, kfree, kzalloc, pr_info } from 'linux'

const buffer = kzalloc(64, GFP_KERNEL)!
try {
  buffer.write_u32(0, 1)
  throw new Error('no route')
} catch (error) {
  pr_info(String(error))
} finally {
  kfree(buffer)
}
