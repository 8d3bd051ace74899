// unmap_mapping_range() clears the entries wherever the mapping has gone.
import { alloc_page, __free_page, current, GFP_KERNEL, kthread_run, misc_deregister, misc_register } from 'linux'
import { mmdrop, mmget_not_zero, mmgrab, mmput, module_exit, page_to_pfn } from 'linux'
import { PAGE_SIZE, READ_ONCE, remap_pfn_range, shared, unmap_mapping_range, WRITE_ONCE } from 'linux'
import type { file, mm_struct, page, vm_area_struct } from 'linux'
import { MAP_SHARED, mmap, MREMAP_FIXED, MREMAP_MAYMOVE, open, PROT_READ, spawn } from 'user'
import { actor_mremap } from 'sim'

const block = shared<page | null>(alloc_page(GFP_KERNEL))
/** What maps the block, wherever that is: set before `mm`, which says that it is. */
const mapping = shared<file | null>(null)
const mm = shared<mm_struct | null>(null)
const fops = {
  mmap: (f: file, vma: vm_area_struct) => {
    mmgrab(current.mm!)
    WRITE_ONCE(mapping, f)
    const result = remap_pfn_range(vma, vma.vm_start, page_to_pfn(READ_ONCE(block)!), PAGE_SIZE, 0)
    WRITE_ONCE(mm, current.mm)
    return result
  },
}
const misc = { name: 'bar', fops }
misc_register(misc)
spawn('app', () => {
  const fd = open('/dev/bar', 0)
  const at = mmap(null, PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0)
  if (typeof at === 'number') return
  actor_mremap(at, PAGE_SIZE, PAGE_SIZE, MREMAP_MAYMOVE | MREMAP_FIXED, 0x10000000)
})
kthread_run(() => {
  const space = READ_ONCE(mm)
  if (space === null || !mmget_not_zero(space)) return
  unmap_mapping_range(READ_ONCE(mapping)!, 0, 0, 1)
  const unused = READ_ONCE(block)
  if (unused !== null) {
    WRITE_ONCE(block, null)
    __free_page(unused)
  }
  mmput(space)
}, 'shrink')
module_exit(() => {
  misc_deregister(misc)
  const left = READ_ONCE(block)
  if (left !== null) __free_page(left)
  const space = READ_ONCE(mm)
  if (space !== null) mmdrop(space)
})
