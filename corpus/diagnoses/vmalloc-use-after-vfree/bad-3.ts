// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect vmalloc-use-after-vfree 15
//
// vfree() in a section with bottom halves off is put off: the area is still mapped, and is the worker's all the same.
import { DEFINE_SPINLOCK, pr_info, spin_lock_bh, spin_unlock_bh, vfree, vmalloc } from 'linux'

const lock = DEFINE_SPINLOCK('table')
let table = vmalloc(2 * 4096)
table!.write_u32(64, 7)
const old = table!
spin_lock_bh(lock)
table = null
vfree(old)
spin_unlock_bh(lock)
pr_info(`entry 16 was ${old.read_u32(64)}`)
