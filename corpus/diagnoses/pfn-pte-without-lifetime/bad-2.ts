// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect pfn-pte-without-lifetime 22
//
// A fault handler maps the frame of an object; the object is freed while the program has it.
import { alloc_page, __free_page, GFP_KERNEL, misc_deregister, misc_register, module_exit, page_to_pfn } from 'linux'
import { PAGE_SIZE, VM_FAULT_SIGBUS, VM_PFNMAP, vm_flags_set, vmf_insert_pfn } from 'linux'
import type { file, page, vm_area_struct, vm_fault } from 'linux'
import { close, ioctl, MAP_SHARED, mmap, open, PROT_READ, spawn, waitpid } from 'user'

let block: page | null = alloc_page(GFP_KERNEL)
const fault = (vmf: vm_fault) =>
  block === null ? VM_FAULT_SIGBUS : vmf_insert_pfn(vmf.vma, vmf.address, page_to_pfn(block))
const fops = {
  mmap: (f: file, vma: vm_area_struct) => {
    vm_flags_set(vma, VM_PFNMAP)
    vma.vm_ops = { fault }
    return 0
  },
  ioctl: () => {
    const gone = block!
    block = null
    __free_page(gone)
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
  ioctl(fd, 1)
  close(fd)
})
waitpid(app)
module_exit(() => misc_deregister(misc))
