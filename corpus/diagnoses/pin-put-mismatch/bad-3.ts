// @era v6.12 v6.14 v6.17 v6.18 next
// @expect pin-put-mismatch 13
//
// The driver's own page is pinned through user space and given back with put_page(): the count says nothing, for the
// owner holds the page too. Its free shows that the put was the pin's: 1023 are left, and the page is lost.
import { __free_page, alloc_page, FOLL_WRITE, GFP_KERNEL, misc_register, PAGE_SIZE, put_page } from 'linux'
import { pin_user_pages_fast, type file, type page, vm_insert_page, type vm_area_struct } from 'linux'
import { ioctl, MAP_SHARED, mmap, open, PROT_READ, PROT_WRITE, spawn, waitpid } from 'user'
const ring = alloc_page(GFP_KERNEL)!
const sum = (f: file, cmd: number, at: bigint) => {
  const pages: page[] = []
  if (pin_user_pages_fast(at, 1, FOLL_WRITE, pages) !== 1) return -14
  put_page(pages[0]!)
  return 0
}
const insert = (f: file, vma: vm_area_struct) => vm_insert_page(vma, vma.vm_start, ring)
misc_register({ name: 'ring', fops: { mmap: insert, ioctl: sum } })
const app = spawn('app', () => {
  const fd = open('/dev/ring', 2)
  const at = mmap(null, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
  if (typeof at !== 'number') ioctl(fd, 1, at.addr)
})
waitpid(app)
__free_page(ring)
