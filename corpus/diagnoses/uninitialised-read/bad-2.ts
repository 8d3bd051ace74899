// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect uninitialised-read 14
//
// A struct is copied to the program, padding and all: what the last owner left goes with it.
import { copy_to_user, GFP_KERNEL, kfree, kmalloc, misc_deregister, misc_register, module_exit, PAGE_SIZE } from 'linux'
import type { file } from 'linux'
import { ioctl, MAP_ANONYMOUS, MAP_PRIVATE, mmap, open, PROT_READ, PROT_WRITE, spawn, waitpid } from 'user'

const fops = {
  ioctl: (f: file, cmd: number, at: bigint) => {
    const reply = kmalloc(24, GFP_KERNEL)!
    reply.write_u32(0, 1)
    reply.write_u64(8, 2n)
    const left = copy_to_user(at, reply, 24)
    kfree(reply)
    return left === 0 ? 0 : -14
  },
}
const misc = { name: 'info', fops }
misc_register(misc)
const app = spawn('app', () => {
  const fd = open('/dev/info', 2)
  const buffer = mmap(null, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  if (typeof buffer !== 'number') ioctl(fd, 1, buffer.addr)
})
waitpid(app)
module_exit(() => misc_deregister(misc))
