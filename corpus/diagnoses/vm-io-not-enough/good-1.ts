// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Special entries stop every kind of GUP.
import { alloc_page, __free_page, get_user_pages_fast, GFP_KERNEL, misc_deregister, misc_register } from 'linux'
import { module_exit, page_to_pfn, PAGE_SIZE, pr_info, put_page, remap_pfn_range } from 'linux'
import type { file, page, vm_area_struct } from 'linux'
import { ioctl, MAP_SHARED, mmap, open, PROT_READ, PROT_WRITE, spawn, waitpid } from 'user'

const block = alloc_page(GFP_KERNEL)!
const fops = {
  mmap: (f: file, vma: vm_area_struct) => remap_pfn_range(vma, vma.vm_start, page_to_pfn(block), PAGE_SIZE, 0),
  ioctl: (f: file, cmd: number, at: bigint) => {
    const pages: page[] = []
    const n = get_user_pages_fast(at, 1, 0, pages)
    if (n === 1) put_page(pages[0]!)
    pr_info(`taken ${n}`)
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
