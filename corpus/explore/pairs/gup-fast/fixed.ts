// A special entry is one that GUP-fast leaves alone.
import { alloc_page, __free_page, GFP_KERNEL, memset, misc_deregister, misc_register, module_exit, page_address, page_to_pfn } from 'linux'
import { kthread_run, PAGE_SIZE, READ_ONCE, shared, unmap_mapping_range, remap_pfn_range } from 'linux'
import { WRITE_ONCE, type file, type vm_area_struct } from 'linux'
import { MAP_SHARED, mmap, open, pipe, PROT_READ, spawn, vmsplice } from 'user'

const block = alloc_page(GFP_KERNEL)!
const mapping = shared<file | null>(null)
const fops = {
  mmap: (f: file, vma: vm_area_struct) => {
    const result = remap_pfn_range(vma, vma.vm_start, page_to_pfn(block), PAGE_SIZE, 0)
    WRITE_ONCE(mapping, f)
    return result
  },
}
const misc = { name: 'ring', fops }
misc_register(misc)
spawn('app', () => {
  const fd = open('/dev/ring', 0)
  const at = mmap(null, PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0)
  const fds: number[] = []
  if (typeof at === 'number' || pipe(fds) !== 0) return
  vmsplice(fds[1]!, [{ iov_base: at, iov_len: 64 }], 1, 0)
})
kthread_run(() => {
  const mapped = READ_ONCE(mapping)
  if (mapped === null) return
  unmap_mapping_range(mapped, 0, 0, 1)
  memset(page_address(block)!, 0x5e, 64)
}, 'reset')
module_exit(() => {
  misc_deregister(misc)
  __free_page(block)
})
