// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// A ring goes on being written while its own reader has it mapped and in a pipe: that is what it is for.
import { alloc_page, __free_page, GFP_KERNEL, memset, misc_deregister, misc_register, module_exit } from 'linux'
import { page_address, PAGE_SIZE, vm_insert_page } from 'linux'
import type { file, vm_area_struct } from 'linux'
import { ioctl, MAP_SHARED, mmap, munmap, open, pipe, PROT_READ, PROT_WRITE, read, spawn, vmsplice, waitpid } from 'user'

const block = alloc_page(GFP_KERNEL)!
const fops = {
  mmap: (f: file, vma: vm_area_struct) => vm_insert_page(vma, vma.vm_start, block),
  ioctl: () => {
    memset(page_address(block)!, 0x5e, 64)
    return 0
  },
}
const misc = { name: 'ring', fops }
misc_register(misc)
const app = spawn('app', () => {
  const fd = open('/dev/ring', 2)
  const at = mmap(null, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
  if (typeof at === 'number') return
  const fds: number[] = []
  pipe(fds)
  vmsplice(fds[1]!, [{ iov_base: at, iov_len: 64 }], 1, 0)
  ioctl(fd, 1)
  read(fds[0]!, at, 64)
  munmap(at, PAGE_SIZE)
  ioctl(fd, 1)
})
waitpid(app)
module_exit(() => {
  misc_deregister(misc)
  __free_page(block)
})
