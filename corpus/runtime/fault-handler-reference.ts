// @expect none
//
// The reference that a fault handler takes belongs to the entry from then on: munmap gives it back.
import { __free_page, alloc_page, FOLL_WRITE, get_page, get_user_pages_fast, GFP_KERNEL, misc_register, put_page } from 'linux'
import type { page, Ptr, vm_area_struct, vm_fault } from 'linux'
import { MAP_SHARED, mmap, munmap, open, PROT_READ, PROT_WRITE, spawn, waitpid } from 'user'

const shared = alloc_page(GFP_KERNEL)!
function fault(vmf: vm_fault) {
  get_page(shared)
  vmf.page = shared
  return 0
}
misc_register({ name: 'lab', fops: { mmap: (_file, vma: vm_area_struct) => { vma.vm_ops = { fault } } } })
waitpid(spawn('reader', () => {
  const m = mmap(null, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, open('/dev/lab', 2), 0) as Ptr
  const held: page[] = []
  get_user_pages_fast(m.addr, 1, FOLL_WRITE, held)
  munmap(m, 4096)
  put_page(held[0]!)
}))
__free_page(shared)
