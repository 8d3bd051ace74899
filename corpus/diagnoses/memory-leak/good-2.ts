// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Each attempt frees its own area before the next one.
import { pr_info, vfree, vmalloc } from 'linux'
import type { Ptr } from 'linux'

let firmware: Ptr | null = null
for (let attempt = 0; attempt < 3; attempt++) {
  vfree(firmware)
  firmware = vmalloc(8192)!
  firmware.write_u32(0, attempt)
  pr_info(`attempt ${attempt}`)
}
vfree(firmware)
