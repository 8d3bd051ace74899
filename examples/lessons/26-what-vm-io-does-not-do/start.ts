import { __free_page, alloc_page, get_user_pages_fast, GFP_KERNEL, misc_deregister, misc_register } from 'linux'
import { module_exit, PAGE_SIZE, pr_info, put_page, VM_IO, VM_MIXEDMAP } from 'linux'
import { vm_flags_set, vm_insert_page } from 'linux'
import type { file, page, vm_area_struct } from 'linux'
import { ioctl, MAP_SHARED, mmap, open, PROT_READ, PROT_WRITE, spawn, waitpid } from 'user'

const block = alloc_page(GFP_KERNEL)!
function map(f: file, vma: vm_area_struct): number {
  vm_flags_set(vma, VM_IO | VM_MIXEDMAP)
  return vm_insert_page(vma, vma.vm_start, block)
}
// Some other driver that is asked to read from that address.
function other(address: bigint): number {
  const pages: page[] = []
  const taken = get_user_pages_fast(address, 1, 0, pages)
  pr_info(`taken ${taken}`)
  if (taken === 1) put_page(pages[0]!)
  return 0
}
const misc = { name: 'bar', fops: { mmap: map, ioctl: (f: file, cmd: number, at: bigint) => other(at) } }
misc_register(misc)
waitpid(
  spawn('app', () => {
    const fd = open('/dev/bar', 2)
    const at = mmap(null, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
    if (typeof at !== 'number') ioctl(fd, 1, at.addr)
  }),
)
module_exit(() => {
  misc_deregister(misc)
  __free_page(block)
})
