// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// VM_MIXEDMAP is set in the mmap hook; then the fault handler may insert.
import { alloc_page, __free_page, GFP_KERNEL, misc_deregister, misc_register, module_exit, PAGE_SIZE } from 'linux'
import { VM_FAULT_NOPAGE, VM_FAULT_SIGBUS, VM_MIXEDMAP, vm_flags_set, vm_insert_page } from 'linux'
import type { file, vm_area_struct, vm_fault } from 'linux'
import { MAP_SHARED, mmap, open, PROT_READ, spawn, waitpid } from 'user'

const block = alloc_page(GFP_KERNEL)!
const fault = (vmf: vm_fault) =>
  vm_insert_page(vmf.vma, vmf.address, block) === 0 ? VM_FAULT_NOPAGE : VM_FAULT_SIGBUS
const fops = {
  mmap: (f: file, vma: vm_area_struct) => {
    vm_flags_set(vma, VM_MIXEDMAP)
    vma.vm_ops = { fault }
    return 0
  },
}
const misc = { name: 'lazy', fops }
misc_register(misc)
const app = spawn('app', () => {
  const fd = open('/dev/lazy', 0)
  const at = mmap(null, PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0)
  if (typeof at !== 'number') at.read_u8(0)
})
waitpid(app)
module_exit(() => {
  misc_deregister(misc)
  __free_page(block)
})
