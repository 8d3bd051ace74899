// @explore bound=2
// munmap-window at __free_page(), in one schedule with one preemption (inside munmap); silent under the default one.
//
// The area has left the tree and its entries are still there: "no area" is taken for "no mapping".
import { alloc_page, __free_page, current, GFP_KERNEL, kthread_run, kthread_stop, misc_deregister } from 'linux'
import { misc_register, mmap_read_lock, mmap_read_unlock, mmget_not_zero, mmgrab, mmput, mmdrop, module_exit } from 'linux'
import { page_to_pfn, PAGE_SIZE, remap_pfn_range, vma_lookup } from 'linux'
import type { file, mm_struct, page, vm_area_struct } from 'linux'
import { MAP_SHARED, mmap, munmap, open, PROT_READ, spawn, waitpid } from 'user'

let block: page | null = alloc_page(GFP_KERNEL)
let mm: mm_struct | null = null
let where = 0n
const fops = {
  mmap: (f: file, vma: vm_area_struct) => {
    mm = current.mm
    mmgrab(mm!)
    where = vma.vm_start
    return remap_pfn_range(vma, where, page_to_pfn(block!), PAGE_SIZE, 0)
  },
}
const misc = { name: 'bar', fops }
misc_register(misc)
const shrink = () => {
  if (mm === null || !mmget_not_zero(mm)) return
  mmap_read_lock(mm)
  const isGone = vma_lookup(mm, where) === null
  mmap_read_unlock(mm)
  if (isGone && block !== null) {
    __free_page(block)
    block = null
  }
  mmput(mm)
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
  if (block !== null) __free_page(block)
  if (mm !== null) mmdrop(mm)
})
