// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The memory goes in release(): the mapping holds the file, so nobody has it mapped then.
import { alloc_page, __free_page, GFP_KERNEL, misc_deregister, misc_register, module_exit, page_to_pfn } from 'linux'
import { PAGE_SIZE, remap_pfn_range } from 'linux'
import type { file, vm_area_struct } from 'linux'
import { close, MAP_SHARED, mmap, munmap, open, PROT_READ, spawn, waitpid } from 'user'

const block = alloc_page(GFP_KERNEL)!
const fops = {
  mmap: (f: file, vma: vm_area_struct) => remap_pfn_range(vma, vma.vm_start, page_to_pfn(block), PAGE_SIZE, 0),
  release: () => {
    __free_page(block)
    return 0
  },
}
const misc = { name: 'bar', fops }
misc_register(misc)
const app = spawn('app', () => {
  const fd = open('/dev/bar', 0)
  const at = mmap(null, PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0)
  close(fd)
  if (typeof at === 'number') return
  at.read_u8(0)
  munmap(at, PAGE_SIZE)
})
waitpid(app)
module_exit(() => misc_deregister(misc))
