// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect vm-io-not-enough 14 v6.12 v6.14 v6.17 v6.18 next
//
// The same through a pipe: vmsplice() is a GUP as well.
import { alloc_page, __free_page, GFP_KERNEL, misc_deregister, misc_register, module_exit, PAGE_SIZE } from 'linux'
import { VM_IO, VM_MIXEDMAP, vm_flags_set, vm_insert_pages } from 'linux'
import type { file, vm_area_struct } from 'linux'
import { MAP_SHARED, mmap, open, pipe, PROT_READ, PROT_WRITE, spawn, vmsplice, waitpid } from 'user'

const block = alloc_page(GFP_KERNEL)!
const fops = {
  mmap: (f: file, vma: vm_area_struct) => {
    vm_flags_set(vma, VM_IO | VM_MIXEDMAP)
    return vm_insert_pages(vma, vma.vm_start, [block], [1])
  },
}
const misc = { name: 'bar', fops }
misc_register(misc)
const app = spawn('app', () => {
  const fd = open('/dev/bar', 2)
  const at = mmap(null, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
  const fds: number[] = []
  pipe(fds)
  if (typeof at !== 'number') vmsplice(fds[1]!, [{ iov_base: at, iov_len: 64 }], 1, 0)
})
waitpid(app)
module_exit(() => {
  misc_deregister(misc)
  __free_page(block)
})
