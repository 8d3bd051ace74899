// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect bad-pte-special 14
//
// The flag that says what the entries are is cleared while they are there.
import { alloc_page, __free_page, GFP_KERNEL, misc_deregister, misc_register, module_exit, page_to_pfn } from 'linux'
import { PAGE_SIZE, remap_pfn_range, VM_PFNMAP, vm_flags_clear } from 'linux'
import type { file, vm_area_struct } from 'linux'
import { MAP_SHARED, mmap, munmap, open, PROT_READ, spawn, waitpid } from 'user'

const block = alloc_page(GFP_KERNEL)!
const fops = {
  mmap: (f: file, vma: vm_area_struct) => {
    const error = remap_pfn_range(vma, vma.vm_start, page_to_pfn(block), PAGE_SIZE, 0)
    vm_flags_clear(vma, VM_PFNMAP)
    return error
  },
}
const misc = { name: 'bar', fops }
misc_register(misc)
const app = spawn('app', () => {
  const fd = open('/dev/bar', 0)
  const at = mmap(null, PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0)
  if (typeof at !== 'number') munmap(at, PAGE_SIZE)
})
waitpid(app)
module_exit(() => {
  misc_deregister(misc)
  __free_page(block)
})
