// @expect pfn-pte-without-lifetime 26
import { __free_page, alloc_page, GFP_KERNEL, misc_deregister, misc_register, module_exit } from 'linux'
import { page_to_pfn, PAGE_SIZE, remap_pfn_range } from 'linux'
import type { file, vm_area_struct } from 'linux'
import { ioctl, MAP_SHARED, mmap, munmap, open, PROT_READ, spawn, waitpid } from 'user'

const page = alloc_page(GFP_KERNEL)!
const misc = {
  name: 'ring',
  fops: {
    mmap: (f: file, vma: vm_area_struct) =>
      remap_pfn_range(vma, vma.vm_start, page_to_pfn(page), PAGE_SIZE, vma.vm_page_prot),
    ioctl: () => reset(),
  },
}
misc_register(misc)
const pid = spawn('reader', () => {
  const fd = open('/dev/ring', 0)
  const ring = mmap(null, PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0)
  if (typeof ring === 'number') return
  ioctl(fd, 1)
  ring.read_u8(0) // the next owner's data
  munmap(ring, PAGE_SIZE)
})
function reset(): number {
  __free_page(page)
  return 0
}
waitpid(pid)
module_exit(() => misc_deregister(misc))
