// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// The driver asks whether the area is its own before it zaps.
import { misc_register, PAGE_SIZE, pr_info, vma_lookup, zap_page_range_single, current } from 'linux'
import type { file, vm_area_struct } from 'linux'
import { ioctl, MAP_ANONYMOUS, MAP_FIXED, MAP_PRIVATE, MAP_SHARED, mmap, munmap, open, spawn } from 'user'

let where = 0n
const where_is = {}
misc_register({
  name: 'bar',
  fops: {
    mmap: (_f: file, vma: vm_area_struct) => {
      where = vma.vm_start
      vma.vm_private_data = where_is
    },
    ioctl: () => {
      const vma = vma_lookup(current.mm!, where)
      if (vma !== null && vma.vm_private_data === where_is) zap_page_range_single(vma, where, PAGE_SIZE, null)
    },
  },
})
spawn('app', () => {
  const fd = open('/dev/bar', 2)
  const at = mmap(null, PAGE_SIZE, 3, MAP_SHARED, fd, 0)
  if (typeof at === 'number') return
  munmap(at, PAGE_SIZE)
  const own = mmap(at, PAGE_SIZE, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
  if (typeof own === 'number') return
  own.write_u8(0, 1)
  ioctl(fd, 1)
  pr_info(`it was 1, now ${own.read_u8(0)}`)
})
