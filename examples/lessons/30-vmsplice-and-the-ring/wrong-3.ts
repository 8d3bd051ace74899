import { alloc_page, GFP_KERNEL, misc_deregister, misc_register, module_exit, page_ref_count } from 'linux'
import { PAGE_SIZE, pr_info, put_page, vm_insert_page } from 'linux'
import type { file, vm_area_struct } from 'linux'
import { MAP_SHARED, mmap, munmap, open, pipe, PROT_READ, PROT_WRITE, spawn, vmsplice, waitpid } from 'user'

const pool = alloc_page(GFP_KERNEL)!
function map(f: file, vma: vm_area_struct): number {
  if (page_ref_count(pool) !== 1) put_page(pool)
  return vm_insert_page(vma, vma.vm_start, pool)
}
const misc = { name: 'ring', fops: { mmap: map } }
misc_register(misc)

const program = (keep: boolean) => () => {
  const at = mmap(null, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, open('/dev/ring', 2), 0)
  if (typeof at === 'number') return
  at.write_u8(0, 7)
  const fds: number[] = []
  pipe(fds)
  if (keep) vmsplice(fds[1]!, [{ iov_base: at, iov_len: 64 }], 1, 0)
  munmap(at, PAGE_SIZE)
  if (keep) waitpid(spawn('second', program(false)))
}
waitpid(spawn('first', program(true)))
module_exit(() => {
  misc_deregister(misc)
  put_page(pool)
})
