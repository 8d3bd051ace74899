// Case kasan_vmalloc_oob: a read behind the bytes asked of vmalloc, inside its last page.
// @machine memory=512M debug=on
// Measured: kasan-reports debug=on
import { vfree, vmalloc } from 'linux'
import { say } from './measure.ts'

const v = vmalloc(12388)!
v.read_u8(12388)
say(1, 'returned', 1)
vfree(v)
