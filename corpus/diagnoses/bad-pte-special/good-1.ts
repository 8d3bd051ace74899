// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// VM_MIXEDMAP allows both kinds of entry; other flags may go.
import { alloc_page, __free_page, GFP_KERNEL, misc_deregister, misc_register, module_exit, page_to_pfn } from 'linux'
import { VM_FAULT_SIGBUS, VM_DONTDUMP, VM_MIXEDMAP, vm_flags_clear, vm_flags_set, vmf_insert_mixed } from 'linux'
import { PAGE_SIZE } from 'linux'
import type { file, vm_area_struct, vm_fault } from 'linux'
import { MAP_SHARED, mmap, munmap, open, PROT_READ, spawn, waitpid } from 'user'

const block = alloc_page(GFP_KERNEL)!
const fault = (vmf: vm_fault) => {
  if (vmf.pgoff !== 0) return VM_FAULT_SIGBUS
  const result = vmf_insert_mixed(vmf.vma, vmf.address, page_to_pfn(block))
  vm_flags_clear(vmf.vma, VM_DONTDUMP)
  return result
}
const fops = {
  mmap: (f: file, vma: vm_area_struct) => {
    vm_flags_set(vma, VM_MIXEDMAP | VM_DONTDUMP)
    vma.vm_ops = { fault }
    return 0
  },
}
const misc = { name: 'bar', fops }
misc_register(misc)
const app = spawn('app', () => {
  const fd = open('/dev/bar', 0)
  const at = mmap(null, PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0)
  if (typeof at === 'number') return
  at.read_u8(0)
  munmap(at, PAGE_SIZE)
})
waitpid(app)
module_exit(() => {
  misc_deregister(misc)
  __free_page(block)
})
