// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The driver hands the refusal on: mmap() fails, and the program knows.
import { GFP_KERNEL, kfree, kmalloc, misc_deregister, misc_register, module_exit, PAGE_SIZE } from 'linux'
import { pr_info, virt_to_page, vm_insert_page } from 'linux'
import type { file, vm_area_struct } from 'linux'
import { MAP_SHARED, mmap, open, PROT_READ, spawn, waitpid } from 'user'

const stats = kmalloc(1024, GFP_KERNEL)!
const fops = {
  mmap: (f: file, vma: vm_area_struct) => {
    const error = vm_insert_page(vma, vma.vm_start, virt_to_page(stats))
    if (error !== 0) pr_info(`refused: ${error}`)
    return error
  },
}
const misc = { name: 'stats', fops }
misc_register(misc)
const app = spawn('app', () => {
  const fd = open('/dev/stats', 0)
  mmap(null, PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0)
})
waitpid(app)
module_exit(() => {
  misc_deregister(misc)
  kfree(stats)
})
