// Case bad_freepage_slab: a slab page given to `__free_page`: count 0, still of type slab; a bad page with
// DEBUG_VM.
// @machine memory=512M debug=off
// Measured: plain-one debug=off, kasan-badfree debug=on
// Kernel: plain-one: the free is silent; what was printed is the crash of the load that followed
import { __free_page, GFP_KERNEL, kmalloc, virt_to_page } from 'linux'
import { dump, say } from './measure.ts'

const p = kmalloc(256, GFP_KERNEL)!
const pg = virt_to_page(p)
dump(1, 'pg', pg)
__free_page(pg)
say(1, 'returned', 1)
dump(1, 'pg', pg)
