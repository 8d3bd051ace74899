// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Pages for a device that keeps them, pinned for long.
import {
  FOLL_LONGTERM,
  FOLL_WRITE,
  pin_user_pages_fast,
  misc_register,
  pr_info,
  unpin_user_page,
  type page,
  type Ptr,
} from 'linux'
import { ioctl, MAP_ANONYMOUS, MAP_PRIVATE, mmap, open, PROT_READ, PROT_WRITE, spawn } from 'user'

function ioctl_take(_file: unknown, _cmd: number, address: bigint): number {
  const pages: page[] = []
  const n = pin_user_pages_fast(address, 1, FOLL_WRITE | FOLL_LONGTERM, pages)
  pr_info(`taken: ${n}`)
  for (const page of pages) unpin_user_page(page)
  return n
}

misc_register({ name: 'lab', fops: { ioctl: ioctl_take } })
spawn('user', () => {
  const buffer = mmap(null, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) as Ptr
  ioctl(open('/dev/lab', 2), 0, buffer.addr)
})
