// Case kasan_oob: a write of the first byte behind an object.
// @machine memory=512M debug=on
// Measured: kasan-reports debug=on
import { GFP_KERNEL, kfree, kmalloc } from 'linux'
import { say } from './measure.ts'

const p = kmalloc(115, GFP_KERNEL)!
p.write_u8(115, 1)
say(1, 'returned', 1)
kfree(p)
