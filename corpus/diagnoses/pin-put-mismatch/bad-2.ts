// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect pin-put-mismatch 13
//
// References are dropped like pins: more is taken away than was there.
import { get_user_pages_fast, misc_deregister, misc_register, module_exit, PAGE_SIZE, unpin_user_pages } from 'linux'
import type { file, page } from 'linux'
import { ioctl, MAP_ANONYMOUS, MAP_PRIVATE, mmap, open, PROT_READ, PROT_WRITE, spawn, waitpid } from 'user'

const fops = {
  ioctl: (f: file, cmd: number, at: bigint) => {
    const pages: page[] = []
    const n = get_user_pages_fast(at, 2, 1, pages)
    unpin_user_pages(pages, n)
    return 0
  },
}
const misc = { name: 'sum', fops }
misc_register(misc)
const app = spawn('app', () => {
  const fd = open('/dev/sum', 2)
  const buffer = mmap(null, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  if (typeof buffer !== 'number') ioctl(fd, 1, buffer.addr)
})
waitpid(app)
module_exit(() => misc_deregister(misc))
