// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Looked at before it is used.
import { GFP_KERNEL, kfree, kmalloc } from 'linux'

const buffer = kmalloc(64, GFP_KERNEL)!
const sizes: Record<string, { bytes: number }> = {}
const entry = sizes['absent']
buffer.write_u32(0, entry?.bytes ?? 0)
kfree(buffer)
