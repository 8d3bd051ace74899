// @expect free-while-mapped 25
import { alloc_page, GFP_KERNEL, misc_deregister, misc_register, module_exit, put_page } from 'linux'
import { PAGE_SIZE, vm_insert_page } from 'linux'
import type { file, vm_area_struct } from 'linux'
import { ioctl, MAP_SHARED, mmap, munmap, open, PROT_READ, spawn, waitpid } from 'user'

const page = alloc_page(GFP_KERNEL)!
const misc = {
  name: 'ring',
  fops: {
    mmap: (f: file, vma: vm_area_struct) => vm_insert_page(vma, vma.vm_start, page),
    ioctl: () => reset(),
  },
}
misc_register(misc)
const pid = spawn('reader', () => {
  const fd = open('/dev/ring', 0)
  const ring = mmap(null, PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0)
  if (typeof ring === 'number') return
  ioctl(fd, 1)
  ioctl(fd, 1)
  munmap(ring, PAGE_SIZE)
})
function reset(): number {
  put_page(page)
  return 0
}
waitpid(pid)
module_exit(() => misc_deregister(misc))
