// @expect none
import {
  misc_register,
  misc_deregister,
  __get_free_pages,
  free_pages,
  remap_pfn_range,
  virt_to_page,
  page_to_pfn,
  GFP_KERNEL,
  __GFP_ZERO,
  ENOMEM,
  EINVAL,
  PAGE_SIZE,
  module_init,
  module_exit,
  pr_info,
} from 'linux'
import type { Ptr } from 'linux'
import { spawn, open, close, mmap, munmap, PROT_READ, MAP_SHARED } from 'user'
const ORDER = 1
let area: Ptr | null = null
const dev = {
  name: 'regs',
  fops: {
    mmap(_f: any, vma: any): number {
      const size = Number(vma.vm_end - vma.vm_start)
      if (size > PAGE_SIZE << ORDER) return -EINVAL
      return remap_pfn_range(vma, vma.vm_start, page_to_pfn(virt_to_page(area!)), size, vma.vm_page_prot)
    },
  },
}
module_init(() => {
  area = __get_free_pages(GFP_KERNEL | __GFP_ZERO, ORDER)
  if (!area) return -ENOMEM
  area.write_u32(0, 0x1234)
  const err = misc_register(dev)
  if (err) free_pages(area, ORDER)
  return err
})
module_exit(() => {
  misc_deregister(dev)
  free_pages(area!, ORDER)
})
spawn('app', () => {
  const fd = open('/dev/regs', 0)
  const m = mmap(null, PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0)
  if (typeof m === 'number') return
  pr_info(`id ${m.read_u32(0).toString(16)}`)
  munmap(m, PAGE_SIZE)
  close(fd)
})
