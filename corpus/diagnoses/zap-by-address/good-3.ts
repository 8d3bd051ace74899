// @era v6.12 v6.14 v6.17 v6.18 next
// @expect none
//
// The program moved memory of its own away; the device is mapped where that was, and zapped there.
import { __free_page, alloc_page, GFP_KERNEL, misc_register, VM_FAULT_SIGBUS, vm_insert_page, zap_page_range_single } from 'linux'
import type { file, Ptr, vm_area_struct } from 'linux'
import { ioctl, MAP_ANONYMOUS, MAP_FIXED, MAP_PRIVATE, MAP_SHARED, mmap, MREMAP_MAYMOVE, mremap, open, spawn, waitpid } from 'user'

const shared = alloc_page(GFP_KERNEL)!
const mapped: vm_area_struct[] = []
misc_register({
  name: 'lab',
  fops: {
    mmap: (_file: file, vma: vm_area_struct) => {
      mapped.push(vma)
      vma.vm_ops = { fault: () => VM_FAULT_SIGBUS }
      return vm_insert_page(vma, vma.vm_start, shared)
    },
    ioctl: () => zap_page_range_single(mapped[0]!, mapped[0]!.vm_start, 4096, null),
  },
})
waitpid(spawn('app', () => {
  const fd = open('/dev/lab', 2)
  const own = mmap(null, 4096, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) as Ptr
  own.write_u8(0, 1)
  mremap(own, 4096, 8192 * 2, MREMAP_MAYMOVE)
  mmap(own, 4096, 3, MAP_SHARED | MAP_FIXED, fd, 0)
  ioctl(fd, 0)
}))
__free_page(shared)
