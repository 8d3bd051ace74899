// @expect none
//
// A copy that comes to the end of what is mapped stops there: the rest is counted, and zero in the kernel's buffer.
import { BUG_ON, copy_from_user, copy_to_user, GFP_KERNEL, kfree, kmalloc, memset, misc_register } from 'linux'
import { ioctl, MAP_ANONYMOUS, MAP_PRIVATE, mmap, open, PROT_READ, PROT_WRITE, spawn, waitpid } from 'user'
import type { Ptr } from 'linux'

const buffer = kmalloc(64, GFP_KERNEL)!
misc_register({
  name: 'lab',
  fops: {
    ioctl(_file, _cmd, arg) {
      memset(buffer, 7, 64)
      BUG_ON(copy_to_user(arg as bigint, buffer, 64) !== 48)
      BUG_ON(copy_from_user(buffer, arg as bigint, 64) !== 48)
      BUG_ON(buffer.read_u8(15) !== 7 || buffer.read_u8(16) !== 0 || buffer.read_u8(63) !== 0)
      return 0
    },
  },
})
waitpid(spawn('app', () => {
  const m = mmap(null, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) as Ptr
  ioctl(open('/dev/lab', 2), 0, m.addr + 4080n)
}))
kfree(buffer)
