// @machine memory=16M
// @expect none
//
// Page faults reclaim in the program that faults: for the page (GFP_HIGHUSER_MOVABLE) and for the tables that its entry
// needs (GFP_PGTABLE_USER). So do fork, for the child's tables, and a driver's vm_insert_page().
import {
  __free_page,
  alloc_page,
  GFP_KERNEL,
  GFP_KERNEL_ACCOUNT,
  GFP_HIGHUSER_MOVABLE,
  misc_register,
  WARN_ON,
} from 'linux'
import { __GFP_ZERO, vm_insert_page, copy_to_user, kfree, kzalloc, VM_MIXEDMAP, vm_flags_set } from 'linux'
import type { Ptr, vm_fault } from 'linux'
import { fork, ioctl, MAP_ANONYMOUS, MAP_FIXED, MAP_PRIVATE, MAP_SHARED, mmap, open, PROT_READ, PROT_WRITE } from 'user'
import { spawn, waitpid } from 'user'
import { reclaimed, relax, squeeze } from './pressure.ts'

const page = alloc_page(GFP_KERNEL)!
const buffer = kzalloc(64, GFP_KERNEL)!
const TABLE = GFP_KERNEL_ACCOUNT | __GFP_ZERO
const ANONYMOUS = GFP_HIGHUSER_MOVABLE | __GFP_ZERO
const [SQUEEZE, COPY] = [0, 1]
misc_register({
  name: 'lab',
  fops: {
    mmap(_file, vma) {
      vm_flags_set(vma, VM_MIXEDMAP)
      vma.vm_ops = {
        fault(vmf: vm_fault) {
          squeeze()
          WARN_ON(vm_insert_page(vmf.vma, vmf.address, page) !== 0 || !reclaimed(TABLE, 'faults'))
          return 0x100
        },
      }
      return 0
    },
    ioctl(_file, cmd, address) {
      squeeze()
      if (cmd === COPY) WARN_ON(copy_to_user(address as Ptr, buffer, 64) !== 0 || !reclaimed(TABLE, 'faults'))
      return 0
    },
  },
})
const RW = PROT_READ | PROT_WRITE
const PRIVATE = MAP_PRIVATE | MAP_ANONYMOUS
waitpid(
  spawn('faults', () => {
    const fd = open('/dev/lab', 2)
    const many = 40 * 4096
    const own = mmap(null, many, RW, PRIVATE, -1, 0) as Ptr
    ioctl(fd, SQUEEZE, 0)
    for (let i = 0; i < 24; i++) own.write_u8(i * 4096, i)
    WARN_ON(!reclaimed(TABLE, 'faults'))
    ioctl(fd, SQUEEZE, 0)
    for (let i = 24; i < 40; i++) own.write_u8(i * 4096, i)
    WARN_ON(!reclaimed(ANONYMOUS, 'faults'))
    for (let i = 0; i < 40; i++) WARN_ON(own.read_u8(i * 4096) !== i)
    const shared = mmap(null, 4096, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0) as Ptr
    ioctl(fd, SQUEEZE, 0)
    shared.write_u8(0, 1)
    WARN_ON(!reclaimed(ANONYMOUS, 'faults'))
    // The child's tables; then the copy of a page that both had.
    ioctl(fd, SQUEEZE, 0)
    const child = fork(() => {
      WARN_ON(!reclaimed(TABLE, 'faults'))
      ioctl(fd, SQUEEZE, 0)
      own.write_u8(0, 9)
      WARN_ON(!reclaimed(ANONYMOUS, 'faults'))
    })
    waitpid(child)
    WARN_ON(own.read_u8(0) !== 0)
    // Addresses far away need tables of their own.
    const far = mmap(0x1000_0000_0000n, 4096, RW, PRIVATE | MAP_FIXED, -1, 0) as Ptr
    ioctl(fd, COPY, far)
    const device = mmap(0x2000_0000_0000n, 4096, RW, MAP_SHARED | MAP_FIXED, fd, 0) as Ptr
    device.read_u8(0)
  }),
)
relax()
kfree(buffer)
__free_page(page)
