// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// The driver looks at a page of the program and lets it go: it ends with its mapping.
import {
  FOLL_WRITE, get_user_pages_fast, kmap_local_page, kunmap_local, misc_deregister, misc_register, module_exit, put_page,
  type file, type page, type Ptr,
} from 'linux'
import { ioctl, mmap, munmap, open, spawn, MAP_ANONYMOUS, MAP_PRIVATE, O_RDWR, PROT_READ, PROT_WRITE } from 'user'

function stamp(_file: file, _cmd: number, arg: Ptr): number {
  const pages: page[] = []
  if (get_user_pages_fast(arg, 1, FOLL_WRITE, pages) !== 1) return -14
  const mapped = kmap_local_page(pages[0]!)
  mapped.write_u8(0, 9)
  kunmap_local(mapped)
  put_page(pages[0]!)
  return 0
}

const misc = { name: 'stamp', fops: { unlocked_ioctl: stamp } }
misc_register(misc)
module_exit(() => misc_deregister(misc))
spawn('program', () => {
  const area = mmap(null, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  if (typeof area === 'number') return
  ioctl(open('/dev/stamp', O_RDWR), 1, area)
  munmap(area, 4096)
})
