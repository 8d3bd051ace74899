import { __free_page, alloc_page, GFP_KERNEL, misc_deregister, misc_register, module_exit, PAGE_SIZE } from 'linux'
import { page_ref_count, pin_user_pages_fast, FOLL_WRITE, pr_info } from 'linux'
import type { file, page } from 'linux'
import { ioctl, MAP_ANONYMOUS, MAP_PRIVATE, mmap, munmap, open, PROT_READ, PROT_WRITE, spawn, waitpid } from 'user'

function transfer(address: bigint): number {
  const pages: page[] = []
  if (pin_user_pages_fast(address, 1, FOLL_WRITE, pages) !== 1) return -14
  const page = pages[0]!
  pr_info(`refs ${page_ref_count(page)}`)
  // … the device copies.
  // nothing is given back
  return 0
}
const misc = { name: 'copy', fops: { ioctl: (f: file, cmd: number, at: bigint) => transfer(at) } }
misc_register(misc)
const scratch = alloc_page(GFP_KERNEL)!
waitpid(
  spawn('app', () => {
    const at = mmap(null, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    if (typeof at === 'number') return
    at.write_u8(0, 7)
    ioctl(open('/dev/copy', 2), 1, at.addr)
    munmap(at, PAGE_SIZE)
  }),
)
module_exit(() => {
  misc_deregister(misc)
  __free_page(scratch)
})
