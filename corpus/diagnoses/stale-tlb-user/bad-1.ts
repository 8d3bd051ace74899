// @era v6.12 v6.14 v6.17 v6.18 next
// @expect stale-tlb-user 22
//
// The entry is cleared and the page freed; the CPU still has the translation, and the program writes into
// free memory.
import { alloc_page, __free_page, current, GFP_KERNEL, misc_deregister, misc_register, module_exit } from 'linux'
import { PAGE_SIZE, put_page, vm_insert_page } from 'linux'
import type { file, vm_area_struct } from 'linux'
import { ioctl, MAP_SHARED, mmap, open, PROT_READ, PROT_WRITE, spawn, waitpid } from 'user'
import { pte_clear, tlb_flush } from 'sim'

const block = alloc_page(GFP_KERNEL)!
const fops = {
  mmap: (f: file, vma: vm_area_struct) => vm_insert_page(vma, vma.vm_start, block),
  ioctl: (f: file, cmd: number, at: bigint) => {
    if (cmd === 2) {
      tlb_flush()
      return 0
    }
    pte_clear(current.mm!, at)
    put_page(block)
    __free_page(block)
    return 0
  },
}
const misc = { name: 'bar', fops }
misc_register(misc)
const app = spawn('app', () => {
  const fd = open('/dev/bar', 2)
  const at = mmap(null, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
  if (typeof at === 'number') return
  at.write_u8(0, 1)
  ioctl(fd, 1, at.addr)
  at.write_u8(0, 2)
  ioctl(fd, 2, at.addr)
})
waitpid(app)
module_exit(() => misc_deregister(misc))
