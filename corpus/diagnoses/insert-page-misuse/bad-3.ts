// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect insert-page-misuse 13
//
// Two pages for one address: the second is refused with -EBUSY, and lost from sight.
import { alloc_page, __free_page, GFP_KERNEL, misc_deregister, misc_register, module_exit, PAGE_SIZE } from 'linux'
import { vm_insert_page } from 'linux'
import type { file, vm_area_struct } from 'linux'
import { MAP_SHARED, mmap, open, PROT_READ, spawn, waitpid } from 'user'

const blocks = [alloc_page(GFP_KERNEL)!, alloc_page(GFP_KERNEL)!]
const fops = {
  mmap: (f: file, vma: vm_area_struct) => {
    for (const block of blocks) vm_insert_page(vma, vma.vm_start, block)
    return 0
  },
}
const misc = { name: 'pair', fops }
misc_register(misc)
const app = spawn('app', () => {
  const fd = open('/dev/pair', 0)
  mmap(null, 2 * PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0)
})
waitpid(app)
module_exit(() => {
  misc_deregister(misc)
  for (const block of blocks) __free_page(block)
})
