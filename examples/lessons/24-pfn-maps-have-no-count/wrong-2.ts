import { __free_page, alloc_page, GFP_KERNEL, misc_deregister, misc_register, module_exit, PAGE_SIZE } from 'linux'
import { page_ref_count, page_to_pfn, pr_info, remap_pfn_range } from 'linux'
import type { file, vm_area_struct } from 'linux'
import { ioctl, MAP_SHARED, mmap, open, PROT_READ, spawn, waitpid } from 'user'

const page = alloc_page(GFP_KERNEL)!
const fops = {
  mmap: (f: file, vma: vm_area_struct) =>
    remap_pfn_range(vma, vma.vm_start, page_to_pfn(page), PAGE_SIZE, vma.vm_page_prot),
  ioctl: (f: file) => reset(f),
}
const misc = { name: 'ring', fops }
misc_register(misc)

// Never freed.
function reset(f: file): number {
  return f === null ? -22 : 0
}

waitpid(
  spawn('app', () => {
    const fd = open('/dev/ring', 0)
    const at = mmap(null, PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0)
    pr_info(`refs ${page_ref_count(page)}`)
    if (typeof at !== 'number') ioctl(fd, 1)
  }),
)
module_exit(() => misc_deregister(misc))
