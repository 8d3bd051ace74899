import { __free_page, alloc_page, GFP_KERNEL, misc_deregister, misc_register } from 'linux'
import { module_exit, page_to_pfn, PAGE_SIZE, remap_pfn_range, unmap_mapping_range } from 'linux'
import type { file, vm_area_struct } from 'linux'
import { ioctl, MAP_SHARED, mmap, mremap, MREMAP_FIXED, MREMAP_MAYMOVE, open, PROT_READ, spawn, waitpid } from 'user'

const block = alloc_page(GFP_KERNEL)!
function map(f: file, vma: vm_area_struct): number {
  return remap_pfn_range(vma, vma.vm_start, page_to_pfn(block), PAGE_SIZE, vma.vm_page_prot)
}
function revoke(f: file): number {
  unmap_mapping_range(f, 0, 0, 1)
  __free_page(block)
  return 0
}
const misc = { name: 'bar', fops: { mmap: map, ioctl: (f: file) => revoke(f) } }
misc_register(misc)
waitpid(
  spawn('app', () => {
    const fd = open('/dev/bar', 0)
    const at = mmap(null, PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0)
    if (typeof at === 'number') return
    const moved = mremap(at, PAGE_SIZE, PAGE_SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, 0x10000000)
    ioctl(fd, 1)
    if (typeof moved !== 'number') moved.read_u8(0)
  }),
)
module_exit(() => misc_deregister(misc))
