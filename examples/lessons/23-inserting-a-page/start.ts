import { __free_page, alloc_page, GFP_KERNEL, misc_deregister, misc_register, module_exit, PAGE_SIZE } from 'linux'
import { page_mapcount, page_ref_count, pr_info, put_page, vm_insert_page } from 'linux'
import type { file, vm_area_struct } from 'linux'
import { MAP_SHARED, mmap, munmap, open, PROT_READ, PROT_WRITE, spawn, waitpid } from 'user'

const page = alloc_page(GFP_KERNEL)!
const fops = {
  mmap: (f: file, vma: vm_area_struct) => vm_insert_page(vma, vma.vm_start, page),
}
const misc = { name: 'ring', fops }
misc_register(misc)

const app = spawn('app', () => {
  const fd = open('/dev/ring', 2)
  const at = mmap(null, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
  if (typeof at === 'number') return
  pr_info(`refs ${page_ref_count(page)}, maps ${page_mapcount(page)}`)
  munmap(at, PAGE_SIZE)
})
waitpid(app)
pr_info(`refs ${page_ref_count(page)}, maps ${page_mapcount(page)}`)

module_exit(() => {
  misc_deregister(misc)
  put_page(page)
  put_page(page)
})
