import { GFP_KERNEL, PAGE_SIZE, Page, VmaNew, drop } from 'kernel'
import { misc_deregister, misc_register, module_exit, page_mapcount, page_ref_count, pr_info, put_page } from 'linux'
import type { file, vm_area_struct } from 'linux'
import { MAP_SHARED, mmap, munmap, open, PROT_READ, PROT_WRITE, spawn, waitpid } from 'user'

const page = Page.alloc_page(GFP_KERNEL)
const raw = page.as_ptr()
const fops = {
  mmap: (_file: file, vma: vm_area_struct): number => {
    const area = VmaNew.from_raw(vma).set_mixedmap()
    area.vm_insert_page(vma.vm_start, page)
    return 0
  },
}
const misc = { name: 'ring', fops }
misc_register(misc)

const app = spawn('app', () => {
  const fd = open('/dev/ring', 2)
  const at = mmap(null, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
  if (typeof at === 'number') return
  pr_info(`refs ${page_ref_count(raw)}, maps ${page_mapcount(raw)}`)
  munmap(at, PAGE_SIZE)
})
waitpid(app)
pr_info(`refs ${page_ref_count(raw)}, maps ${page_mapcount(raw)}`)

module_exit(() => {
  misc_deregister(misc)
  put_page(raw)
  drop(page)
})
