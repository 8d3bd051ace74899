// Case bad_vfree_twice: a second `vfree`: a warning on every kernel.
// @machine memory=512M debug=off
// Measured: plain-one debug=off, kasan-badfree debug=on
import { PAGE_SIZE, vfree, vmalloc } from 'linux'
import { say } from './measure.ts'

const v = vmalloc(2 * PAGE_SIZE)!
vfree(v)
vfree(v)
say(1, 'returned', 1)
