// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The driver relies on close(), which comes after the entries are gone.
import { alloc_page, __free_page, GFP_KERNEL, kthread_run, kthread_stop, misc_deregister, misc_register } from 'linux'
import { DEFINE_MUTEX, module_exit, mutex_lock, mutex_unlock, page_to_pfn, PAGE_SIZE, remap_pfn_range } from 'linux'
import { READ_ONCE, shared, WRITE_ONCE } from 'linux'
import type { file, page, vm_area_struct } from 'linux'
import { MAP_SHARED, mmap, munmap, open, PROT_READ, spawn, waitpid } from 'user'

let block: page | null = alloc_page(GFP_KERNEL)
const lock = DEFINE_MUTEX('lock')
const closed = shared(0)
const fops = {
  mmap: (f: file, vma: vm_area_struct) => {
    vma.vm_ops = { close: () => WRITE_ONCE(closed, 1) }
    return remap_pfn_range(vma, vma.vm_start, page_to_pfn(block!), PAGE_SIZE, 0)
  },
}
const misc = { name: 'bar', fops }
misc_register(misc)
const shrink = () => {
  mutex_lock(lock)
  if (READ_ONCE(closed) === 1 && block !== null) {
    __free_page(block)
    block = null
  }
  mutex_unlock(lock)
}
const app = spawn('app', () => {
  const fd = open('/dev/bar', 0)
  const at = mmap(null, PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0)
  if (typeof at !== 'number') munmap(at, PAGE_SIZE)
})
const reclaim = kthread_run(shrink, 'reclaim')
waitpid(app)
kthread_stop(reclaim)
shrink()
module_exit(() => {
  misc_deregister(misc)
  if (block !== null) __free_page(block)
})
