// Clear, flush, free: nobody has the translation when the page goes.
import { alloc_page, __free_page, current, GFP_KERNEL, kthread_run, misc_deregister, misc_register } from 'linux'
import { mmdrop, mmget_not_zero, mmgrab, mmput, module_exit, PAGE_SIZE, put_page, READ_ONCE, shared } from 'linux'
import { vm_insert_page, WRITE_ONCE } from 'linux'
import type { file, mm_struct, page, vm_area_struct } from 'linux'
import { MAP_SHARED, mmap, open, PROT_READ, PROT_WRITE, spawn } from 'user'
import { pte_clear, tlb_flush } from 'sim'

const block = shared<page | null>(alloc_page(GFP_KERNEL))
const where = shared(0n)
const mm = shared<mm_struct | null>(null)
const fops = {
  mmap: (f: file, vma: vm_area_struct) => {
    mmgrab(current.mm!)
    WRITE_ONCE(where, vma.vm_start)
    const result = vm_insert_page(vma, vma.vm_start, READ_ONCE(block)!)
    WRITE_ONCE(mm, current.mm)
    return result
  },
}
const misc = { name: 'bar', fops }
misc_register(misc)
spawn('app', () => {
  const fd = open('/dev/bar', 2)
  const at = mmap(null, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
  if (typeof at === 'number') return
  at.write_u8(0, 1)
  at.write_u8(0, 2)
})
kthread_run(() => {
  const space = READ_ONCE(mm)
  if (space === null || !mmget_not_zero(space)) return
  const taken = READ_ONCE(block)!
  if (pte_clear(space, READ_ONCE(where)) !== 0n) {
    WRITE_ONCE(block, null)
    tlb_flush()
    put_page(taken)
    __free_page(taken)
  }
  mmput(space)
}, 'reset')
module_exit(() => {
  misc_deregister(misc)
  const left = READ_ONCE(block)
  if (left !== null) __free_page(left)
  const space = READ_ONCE(mm)
  if (space !== null) mmdrop(space)
})
