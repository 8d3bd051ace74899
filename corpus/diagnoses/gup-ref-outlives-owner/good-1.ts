// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// A page that somebody else may still hold is given up, and a new one is used.
import { alloc_page, __free_page, GFP_KERNEL, misc_deregister, misc_register, module_exit, PAGE_SIZE } from 'linux'
import { page_ref_count, vm_insert_page } from 'linux'
import type { file, vm_area_struct } from 'linux'
import { MAP_SHARED, mmap, munmap, open, pipe, PROT_READ, PROT_WRITE, spawn, vmsplice, waitpid } from 'user'

let pool = alloc_page(GFP_KERNEL)!
const fops = {
  mmap: (f: file, vma: vm_area_struct) => {
    if (page_ref_count(pool) !== 1) {
      __free_page(pool)
      pool = alloc_page(GFP_KERNEL)!
    }
    return vm_insert_page(vma, vma.vm_start, pool)
  },
}
const misc = { name: 'ring', fops }
misc_register(misc)
const use = (keep: boolean) => () => {
  const fd = open('/dev/ring', 2)
  const at = mmap(null, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
  if (typeof at === 'number') return
  const fds: number[] = []
  pipe(fds)
  if (keep) vmsplice(fds[1]!, [{ iov_base: at, iov_len: 64 }], 1, 0)
  munmap(at, PAGE_SIZE)
  if (keep) waitpid(spawn('second', use(false)))
}
waitpid(spawn('first', use(true)))
module_exit(() => {
  misc_deregister(misc)
  __free_page(pool)
})
