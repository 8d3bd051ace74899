// Case bad_vfree_kmalloc: `vfree` of a kmalloc pointer: two warnings on every kernel.
// @machine memory=512M debug=off
// Measured: plain-one debug=off, kasan-badfree debug=on
import { GFP_KERNEL, kmalloc, vfree } from 'linux'
import { say } from './measure.ts'

// As measured, the object does not lie at the start of a page: an aligned address gets the second warning only.
kmalloc(256, GFP_KERNEL)
const p = kmalloc(256, GFP_KERNEL)!
vfree(p)
say(1, 'returned', 1)
