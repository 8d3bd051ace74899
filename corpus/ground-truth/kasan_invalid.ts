// Case kasan_invalid: a pointer into an object given to `kfree`.
// @machine memory=512M debug=on
// Measured: kasan-reports debug=on
import { GFP_KERNEL, kfree, kmalloc } from 'linux'
import { say } from './measure.ts'

const p = kmalloc(115, GFP_KERNEL)!
kfree(p.add(8))
say(1, 'returned', 1)
