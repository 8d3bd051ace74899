// @expect none
// ioctl that fills a user buffer through pinned pages
import {
  misc_register,
  misc_deregister,
  pin_user_pages_fast,
  unpin_user_pages_dirty_lock,
  unpin_user_pages,
  kmap_local_page,
  kunmap_local,
  FOLL_WRITE,
  EFAULT,
  EINVAL,
  PAGE_SIZE,
  module_init,
  module_exit,
  pr_info,
} from 'linux'
import type { page } from 'linux'
import { spawn, open, close, ioctl, mmap, munmap, PROT_READ, PROT_WRITE, MAP_PRIVATE, MAP_ANONYMOUS } from 'user'
const dev = {
  name: 'fill',
  fops: {
    ioctl(_f: any, cmd: number, arg: any): number {
      if (cmd !== 1) return -EINVAL
      const pages: page[] = []
      const got = pin_user_pages_fast(arg, 2, FOLL_WRITE, pages)
      if (got < 0) return got
      if (got < 2) {
        unpin_user_pages(pages, got)
        return -EFAULT
      }
      for (const p of pages) {
        const k = kmap_local_page(p)
        k.write_u32(0, 0xfeed)
        kunmap_local(k)
      }
      unpin_user_pages_dirty_lock(pages, 2, true)
      return 0
    },
  },
}
module_init(() => misc_register(dev))
module_exit(() => misc_deregister(dev))
spawn('app', () => {
  const fd = open('/dev/fill', 2)
  const m = mmap(null, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  if (typeof m === 'number') return
  pr_info(`${ioctl(fd, 1, m)} ${m.read_u32(PAGE_SIZE).toString(16)}`)
  pr_info(`${ioctl(fd, 1, 4096n)}`)
  munmap(m, 2 * PAGE_SIZE)
  close(fd)
})
