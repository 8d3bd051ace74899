// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// VM_IO with counted entries is no mistake as long as nobody takes a reference past it.
import { alloc_page, __free_page, get_user_pages, GFP_KERNEL, misc_deregister, misc_register } from 'linux'
import { module_exit, PAGE_SIZE, pr_info, VM_IO, VM_MIXEDMAP, vm_flags_set, vm_insert_page } from 'linux'
import type { file, page, vm_area_struct } from 'linux'
import { ioctl, MAP_SHARED, mmap, open, PROT_READ, PROT_WRITE, spawn, waitpid } from 'user'

const block = alloc_page(GFP_KERNEL)!
const fops = {
  mmap: (f: file, vma: vm_area_struct) => {
    vm_flags_set(vma, VM_IO | VM_MIXEDMAP)
    return vm_insert_page(vma, vma.vm_start, block)
  },
  ioctl: (f: file, cmd: number, at: bigint) => {
    const pages: page[] = []
    pr_info(`slow GUP refuses: ${get_user_pages(at, 1, 0, pages)}`)
    return 0
  },
}
const misc = { name: 'bar', fops }
misc_register(misc)
const app = spawn('app', () => {
  const fd = open('/dev/bar', 2)
  const at = mmap(null, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
  if (typeof at !== 'number') ioctl(fd, 1, at.addr)
})
waitpid(app)
module_exit(() => {
  misc_deregister(misc)
  __free_page(block)
})
