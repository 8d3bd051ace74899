// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @schedule s1-4.1-7.2-a.1~d20g
// @expect munmap-window 37
//
// The area has left the tree and its entries are still there: "no area" is taken for "no mapping".
// On this schedule the look falls between the halves of munmap(): pageward explore found it.
import { alloc_page, __free_page, current, GFP_KERNEL, misc_deregister, misc_register, mmap_read_trylock } from 'linux'
import { mmap_read_unlock, mmgrab, mmdrop, module_exit, page_to_pfn, VM_FAULT_SIGBUS, VM_PFNMAP } from 'linux'
import { PAGE_SIZE, READ_ONCE, shared, vm_flags_set, vma_lookup, vmf_insert_pfn, WRITE_ONCE } from 'linux'
import type { file, mm_struct, page, vm_area_struct, vm_fault } from 'linux'
import { ioctl, MAP_SHARED, mmap, munmap, open, PROT_READ, spawn, waitpid } from 'user'

const block = shared<page | null>(alloc_page(GFP_KERNEL))
/** Where the block is mapped: set before `mm`, which says that it is. */
const where = shared(0n)
const mm = shared<mm_struct | null>(null)
const fault = (vmf: vm_fault) => {
  const mapped = READ_ONCE(block)
  return mapped === null ? VM_FAULT_SIGBUS : vmf_insert_pfn(vmf.vma, vmf.address, page_to_pfn(mapped))
}
const fops = {
  mmap: (f: file, vma: vm_area_struct) => {
    mmgrab(current.mm!)
    WRITE_ONCE(where, vma.vm_start)
    WRITE_ONCE(mm, current.mm)
    vm_flags_set(vma, VM_PFNMAP)
    vma.vm_ops = { fault }
    return 0
  },
  ioctl: () => {
    const space = READ_ONCE(mm)
    const unused = READ_ONCE(block)
    if (space === null || unused === null || mmap_read_trylock(space) === 0) return -11
    const vma = vma_lookup(space, READ_ONCE(where))
    mmap_read_unlock(space)
    if (vma !== null) return -16
    __free_page(unused)
    WRITE_ONCE(block, null)
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
const admin = spawn('admin', () => {
  ioctl(open('/dev/bar', 0), 1)
})
waitpid(app)
waitpid(admin)
module_exit(() => {
  misc_deregister(misc)
  const left = READ_ONCE(block)
  if (left !== null) __free_page(left)
  const space = READ_ONCE(mm)
  if (space !== null) mmdrop(space)
})
