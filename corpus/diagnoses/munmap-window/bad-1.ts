// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @schedule s1-4.1-8.2-a.1~tgj5
// @expect munmap-window 35
//
// The area has left the tree and its entries are still there: "no area" is taken for "no mapping".
// On this schedule the look falls between the halves of munmap(): pageward explore found it.
import { alloc_page, __free_page, current, GFP_KERNEL, kthread_run, kthread_stop, misc_deregister } from 'linux'
import { misc_register, mmap_read_lock, mmap_read_unlock, mmget_not_zero, mmgrab, mmput, mmdrop, module_exit } from 'linux'
import { page_to_pfn, PAGE_SIZE, READ_ONCE, remap_pfn_range, shared, vma_lookup, WRITE_ONCE } from 'linux'
import type { file, mm_struct, page, vm_area_struct } from 'linux'
import { MAP_SHARED, mmap, munmap, open, PROT_READ, spawn, waitpid } from 'user'

const block = shared<page | null>(alloc_page(GFP_KERNEL))
/** Where the block is mapped: set before `mm`, which says that it is. */
const where = shared(0n)
const mm = shared<mm_struct | null>(null)
const fops = {
  mmap: (f: file, vma: vm_area_struct) => {
    mmgrab(current.mm!)
    WRITE_ONCE(where, vma.vm_start)
    WRITE_ONCE(mm, current.mm)
    return remap_pfn_range(vma, vma.vm_start, page_to_pfn(READ_ONCE(block)!), PAGE_SIZE, 0)
  },
}
const misc = { name: 'bar', fops }
misc_register(misc)
const shrink = () => {
  const space = READ_ONCE(mm)
  if (space === null || !mmget_not_zero(space)) return
  mmap_read_lock(space)
  const isGone = vma_lookup(space, READ_ONCE(where)) === null
  mmap_read_unlock(space)
  const unused = READ_ONCE(block)
  if (isGone && unused !== null) {
    __free_page(unused)
    WRITE_ONCE(block, null)
  }
  mmput(space)
}
const app = spawn('app', () => {
  const fd = open('/dev/bar', 0)
  const at = mmap(null, PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0)
  if (typeof at !== 'number') munmap(at, PAGE_SIZE)
})
const reclaim = kthread_run(shrink, 'reclaim')
waitpid(app)
kthread_stop(reclaim)
module_exit(() => {
  misc_deregister(misc)
  const left = READ_ONCE(block)
  if (left !== null) __free_page(left)
  const space = READ_ONCE(mm)
  if (space !== null) mmdrop(space)
})
