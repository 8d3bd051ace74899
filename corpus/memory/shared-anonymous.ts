// @expect none
//
// Shared anonymous memory: the object's cache holds one reference of each page, each entry another; the last munmap or
// exit gives the pages back. A reference of somebody else keeps a page beyond it.
import { current, get_user_pages_fast, misc_register, page_mapcount, page_ref_count, put_page, WARN_ON } from 'linux'
import type { page, Ptr } from 'linux'
import { fork, ioctl, MAP_ANONYMOUS, MAP_SHARED, mmap, munmap, open, PROT_READ, PROT_WRITE, spawn, waitpid } from 'user'

const held: page[] = []
misc_register({
  name: 'lab',
  fops: {
    ioctl(_file, _cmd, address) {
      void current
      const got: page[] = []
      WARN_ON(get_user_pages_fast(address as bigint, 1, 0, got) !== 1)
      held.push(got[0]!)
      WARN_ON(page_ref_count(got[0]!) !== 3 || page_mapcount(got[0]!) !== 1)
      return 0
    },
  },
})
const RW = PROT_READ | PROT_WRITE
waitpid(
  spawn('shares', () => {
    const fd = open('/dev/lab', 2)
    const first = mmap(null, 4096, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0) as Ptr
    first.write_u8(0, 1)
    munmap(first, 4096)
    const second = mmap(null, 8192, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0) as Ptr
    second.write_u8(0, 1)
    const child = fork(() => second.write_u8(4096, 7))
    waitpid(child)
    WARN_ON(second.read_u8(4096) !== 7)
    ioctl(fd, 0, second)
  }),
)
WARN_ON(page_ref_count(held[0]!) !== 1 || page_mapcount(held[0]!) !== 0)
put_page(held[0]!)
