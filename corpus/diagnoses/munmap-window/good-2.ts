// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// Counted entries: no area may be found and the page given up, the entry still keeps it.
import { alloc_page, __free_page, current, GFP_KERNEL, kthread_run, kthread_stop, misc_deregister } from 'linux'
import { misc_register, mmap_read_lock, mmap_read_unlock, mmget_not_zero, mmgrab, mmput, mmdrop, module_exit } from 'linux'
import { PAGE_SIZE, vm_insert_page, vma_lookup } from 'linux'
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
    return vm_insert_page(vma, where, block!)
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
