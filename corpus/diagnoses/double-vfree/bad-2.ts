// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect double-vfree 9
//
// Two names for one area.
import { vfree, vmalloc } from 'linux'

const firmware = { image: vmalloc(8192)!, signature: vmalloc(4096)! }
const parts = [firmware.image, firmware.signature, firmware.image]
for (const part of parts) vfree(part)
