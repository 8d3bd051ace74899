// VM_DONTCOPY: a child does not get the mapping.
import { alloc_page, __free_page, current, GFP_KERNEL, kthread_run, misc_deregister, misc_register } from 'linux'
import { mmap_read_lock, mmap_read_unlock, mmdrop, mmget_not_zero, mmgrab, mmput, module_exit, page_to_pfn } from 'linux'
import { PAGE_SIZE, READ_ONCE, remap_pfn_range, shared, vma_lookup, WRITE_ONCE, zap_page_range_single } from 'linux'
import { vm_flags_set, VM_DONTCOPY } from 'linux'
import type { file, mm_struct, page, vm_area_struct } from 'linux'
import { MAP_SHARED, mmap, open, PROT_READ, spawn } from 'user'
import { actor_fork } from 'sim'

const block = shared<page | null>(alloc_page(GFP_KERNEL))
/** Where the block is mapped: set before `mm`, which says that it is. */
const where = shared(0n)
const mm = shared<mm_struct | null>(null)
const fops = {
  mmap: (f: file, vma: vm_area_struct) => {
    mmgrab(current.mm!)
    vm_flags_set(vma, VM_DONTCOPY)
    WRITE_ONCE(where, vma.vm_start)
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
  actor_fork()
})
kthread_run(() => {
  const space = READ_ONCE(mm)
  if (space === null || !mmget_not_zero(space)) return
  mmap_read_lock(space)
  const area = vma_lookup(space, READ_ONCE(where))
  if (area !== null) zap_page_range_single(area, READ_ONCE(where), PAGE_SIZE, null)
  mmap_read_unlock(space)
  const unused = READ_ONCE(block)
  if (area !== null && unused !== null) {
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
