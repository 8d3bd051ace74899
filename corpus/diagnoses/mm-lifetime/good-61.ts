// @era all
// @expect none
//
// mmget_not_zero() says whether there is anything left to look at.
import { O_RDWR, open, spawn, waitpid } from 'user'
import { current, misc_deregister, misc_register, mmap_read_lock, mmap_read_unlock, mmdrop } from 'linux'
import { mmget_not_zero, mmgrab, mmput, module_exit, vma_lookup } from 'linux'
let mm: any = null
const misc = { name: 'd', fops: { open: () => { mm = current.mm; mmgrab(mm); return 0 } } }
misc_register(misc)
const u = spawn('u', () => { open('/dev/d', O_RDWR) })
waitpid(u)
if (mmget_not_zero(mm)) { mmap_read_lock(mm); vma_lookup(mm, 0x400000n); mmap_read_unlock(mm); mmput(mm) }
mmdrop(mm)
module_exit(() => misc_deregister(misc))
