// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// The driver's own page is pinned and given up by its owner with put_page(); the pin is unpinned later.
import { alloc_page, FOLL_WRITE, GFP_KERNEL, misc_deregister, misc_register, module_exit, PAGE_SIZE } from 'linux'
import { pin_user_pages_fast, put_page, unpin_user_page, vm_insert_page } from 'linux'
import type { file, page, vm_area_struct } from 'linux'
import { ioctl, MAP_SHARED, mmap, open, PROT_READ, PROT_WRITE, spawn, waitpid } from 'user'

const ring = alloc_page(GFP_KERNEL)!
let owned = true
const pages: page[] = []
const fops = {
  mmap: (f: file, vma: vm_area_struct) => vm_insert_page(vma, vma.vm_start, ring),
  ioctl: (f: file, cmd: number, at: bigint) => {
    if (pin_user_pages_fast(at, 1, FOLL_WRITE, pages) !== 1) return -14
    owned = false
    put_page(ring)
    return 0
  },
  release: () => {
    for (const each of pages) unpin_user_page(each)
    return 0
  },
}
const misc = { name: 'ring', fops }
misc_register(misc)
const app = spawn('app', () => {
  const fd = open('/dev/ring', 2)
  const at = mmap(null, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
  if (typeof at !== 'number') ioctl(fd, 1, at.addr)
})
waitpid(app)
module_exit(() => {
  misc_deregister(misc)
  if (owned) put_page(ring)
})
