// Case kasan_double: an object freed twice.
// @machine memory=512M debug=on
// Measured: kasan-reports debug=on
import { GFP_KERNEL, kfree, kmalloc } from 'linux'
import { say } from './measure.ts'

const p = kmalloc(115, GFP_KERNEL)!
kfree(p)
kfree(p)
say(1, 'returned', 1)
