// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect zap-by-address 20
//
// The driver zaps the address it remembers, but mremap() has moved the mapping; then the page is freed.
import { alloc_page, __free_page, find_vma, GFP_KERNEL, misc_deregister, misc_register, module_exit } from 'linux'
import { current, page_to_pfn, PAGE_SIZE, remap_pfn_range, zap_page_range_single } from 'linux'
import type { file, vm_area_struct } from 'linux'
import { ioctl, MAP_SHARED, mmap, mremap, MREMAP_FIXED, MREMAP_MAYMOVE, open, PROT_READ, spawn, waitpid } from 'user'

const block = alloc_page(GFP_KERNEL)!
let where = 0n
const fops = {
  mmap: (f: file, vma: vm_area_struct) => {
    where = vma.vm_start
    return remap_pfn_range(vma, vma.vm_start, page_to_pfn(block), PAGE_SIZE, 0)
  },
  ioctl: () => {
    const vma = find_vma(current.mm!, 0n)!
    zap_page_range_single(vma, where, PAGE_SIZE, null)
    __free_page(block)
    return 0
  },
}
const misc = { name: 'bar', fops }
misc_register(misc)
const app = spawn('app', () => {
  const fd = open('/dev/bar', 0)
  const at = mmap(null, PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0)
  if (typeof at === 'number') return
  const moved = mremap(at, PAGE_SIZE, PAGE_SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, 0x10000000)
  ioctl(fd, 1)
  if (typeof moved !== 'number') moved.read_u8(0)
})
waitpid(app)
module_exit(() => misc_deregister(misc))
