// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// mmget_not_zero() tells whether there still is an address space.
import { current, misc_deregister, misc_register, mmap_read_lock, mmap_read_unlock, mmdrop, mmget_not_zero } from 'linux'
import { mmgrab, mmput, module_exit, PAGE_SIZE, pr_info, vma_lookup } from 'linux'
import type { file, mm_struct } from 'linux'
import { ioctl, MAP_ANONYMOUS, MAP_PRIVATE, mmap, open, PROT_READ, spawn, waitpid } from 'user'

let mm: mm_struct | null = null
let where = 0n
const look = () => {
  if (!mmget_not_zero(mm!)) {
    pr_info('the program is gone')
    return
  }
  mmap_read_lock(mm!)
  pr_info(vma_lookup(mm!, where) === null ? 'nothing there' : 'found')
  mmap_read_unlock(mm!)
  mmput(mm!)
}
const fops = {
  ioctl: (f: file, cmd: number, at: bigint) => {
    mm = current.mm
    where = at
    mmgrab(mm!)
    look()
    return 0
  },
}
const misc = { name: 'spy', fops }
misc_register(misc)
const app = spawn('app', () => {
  const fd = open('/dev/spy', 0)
  const at = mmap(null, PAGE_SIZE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  if (typeof at !== 'number') ioctl(fd, 1, at.addr)
})
waitpid(app)
look()
mmdrop(mm!)
module_exit(() => misc_deregister(misc))
