// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Each with its own partner, in one driver.
import { FOLL_WRITE, get_user_pages_fast, misc_deregister, misc_register, module_exit, PAGE_SIZE } from 'linux'
import { pin_user_pages_fast, put_page, unpin_user_page } from 'linux'
import type { file, page } from 'linux'
import { ioctl, MAP_ANONYMOUS, MAP_PRIVATE, mmap, open, PROT_READ, PROT_WRITE, spawn, waitpid } from 'user'

const fops = {
  ioctl: (f: file, cmd: number, at: bigint) => {
    const pinned: page[] = []
    const held: page[] = []
    if (pin_user_pages_fast(at, 1, FOLL_WRITE, pinned) !== 1) return -14
    if (get_user_pages_fast(at, 1, FOLL_WRITE, held) === 1) put_page(held[0]!)
    unpin_user_page(pinned[0]!)
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
