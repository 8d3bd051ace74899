// Case kasan_uaf: a write to a freed object.
// @machine memory=512M debug=on
// Measured: kasan-reports debug=on
import { GFP_KERNEL, kfree, kmalloc } from 'linux'
import { say } from './measure.ts'

const p = kmalloc(256, GFP_KERNEL)!
kfree(p)
p.write_u8(100, 1)
say(1, 'returned', 1)
