// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// Each mapping has its own reference; the driver drops only its own, in any order.
import { alloc_page, GFP_KERNEL, misc_deregister, misc_register, module_exit, put_page } from 'linux'
import { PAGE_SIZE, vm_insert_page } from 'linux'
import type { file, vm_area_struct } from 'linux'
import { ioctl, MAP_SHARED, mmap, munmap, open, PROT_READ, spawn, waitpid } from 'user'

const page = alloc_page(GFP_KERNEL)!
const fops = {
  mmap: (f: file, vma: vm_area_struct) => vm_insert_page(vma, vma.vm_start, page),
  ioctl: () => {
    put_page(page)
    return 0
  },
}
const misc = { name: 'ring', fops }
misc_register(misc)
const reader = spawn('reader', () => {
  const fd = open('/dev/ring', 0)
  const first = mmap(null, PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0)
  const second = mmap(null, PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0)
  if (typeof first === 'number' || typeof second === 'number') return
  ioctl(fd, 1)
  munmap(first, PAGE_SIZE)
  second.read_u8(0)
  munmap(second, PAGE_SIZE)
})
waitpid(reader)
module_exit(() => misc_deregister(misc))
