// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect pin-put-mismatch 13
//
// A pin is dropped like a reference: 1023 are left, and the page is never freed.
import { FOLL_WRITE, misc_deregister, misc_register, module_exit, PAGE_SIZE, pin_user_pages_fast, put_page } from 'linux'
import type { file, page } from 'linux'
import { ioctl, MAP_ANONYMOUS, MAP_PRIVATE, mmap, open, PROT_READ, PROT_WRITE, spawn, waitpid } from 'user'

const fops = {
  ioctl: (f: file, cmd: number, at: bigint) => {
    const pages: page[] = []
    if (pin_user_pages_fast(at, 1, FOLL_WRITE, pages) !== 1) return -14
    put_page(pages[0]!)
    return 0
  },
}
const misc = { name: 'sum', fops }
misc_register(misc)
const app = spawn('app', () => {
  const fd = open('/dev/sum', 2)
  const buffer = mmap(null, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  if (typeof buffer !== 'number') ioctl(fd, 1, buffer.addr)
})
waitpid(app)
module_exit(() => misc_deregister(misc))
