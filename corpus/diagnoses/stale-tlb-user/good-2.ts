// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// A stale translation of memory that is still owned harms nobody; the page is freed after the flush.
import { alloc_page, __free_page, current, GFP_KERNEL, misc_deregister, misc_register, module_exit } from 'linux'
import { page_to_pfn, PAGE_SIZE, remap_pfn_range } from 'linux'
import type { file, vm_area_struct } from 'linux'
import { ioctl, MAP_SHARED, mmap, munmap, open, PROT_READ, spawn, waitpid } from 'user'
import { pte_clear, tlb_flush } from 'sim'

const block = alloc_page(GFP_KERNEL)!
const fops = {
  mmap: (f: file, vma: vm_area_struct) => remap_pfn_range(vma, vma.vm_start, page_to_pfn(block), PAGE_SIZE, 0),
  ioctl: (f: file, cmd: number, at: bigint) => {
    pte_clear(current.mm!, at)
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
  ioctl(fd, 1, at.addr)
  at.read_u8(0)
  munmap(at, PAGE_SIZE)
})
waitpid(app)
module_exit(() => {
  misc_deregister(misc)
  tlb_flush()
  __free_page(block)
})
