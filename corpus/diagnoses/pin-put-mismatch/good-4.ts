// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// The task that allocated the page gives its own reference up through another name while it still holds a pin; the pin
// keeps the page and is unpinned last. A count cannot tell the two apart, and nothing is wrong.
import { alloc_page, FOLL_WRITE, GFP_KERNEL, misc_deregister, misc_register, module_exit, PAGE_SIZE } from 'linux'
import { pin_user_pages_fast, put_page, unpin_user_page, vm_insert_page } from 'linux'
import type { file, page, vm_area_struct } from 'linux'
import { ioctl, MAP_SHARED, mmap, open, PROT_READ, PROT_WRITE, spawn, waitpid } from 'user'

const dev: { page: page | null } = { page: null }
const pinned: page[] = []
const fops = {
  mmap: (f: file, vma: vm_area_struct) => {
    const fresh = alloc_page(GFP_KERNEL)!
    dev.page = fresh
    return vm_insert_page(vma, vma.vm_start, fresh)
  },
  ioctl: (f: file, cmd: number, at: bigint) => {
    if (pin_user_pages_fast(at, 1, FOLL_WRITE, pinned) !== 1) return -14
    const mine = dev.page!
    dev.page = null
    put_page(mine)
    unpin_user_page(pinned[0]!)
    return 0
  },
  release: () => {
    if (dev.page !== null) put_page(dev.page)
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
module_exit(() => misc_deregister(misc))
