// @expect none
import {
  misc_register,
  misc_deregister,
  copy_from_user,
  copy_to_user,
  kvmalloc,
  kvfree,
  kmalloc,
  kfree,
  EFAULT,
  EINVAL,
  ENOMEM,
  GFP_KERNEL,
  module_init,
  module_exit,
  pr_info,
  PAGE_SIZE,
} from 'linux'
import { spawn, open, close, ioctl, mmap, munmap, PROT_READ, PROT_WRITE, MAP_PRIVATE, MAP_ANONYMOUS } from 'user'
const LEN = 256
const dev = {
  name: 'xform',
  fops: {
    ioctl(_f: any, cmd: number, arg: any): number {
      if (cmd !== 7) return -EINVAL
      const tmp = kmalloc(LEN, GFP_KERNEL)
      if (!tmp) return -ENOMEM
      let err = 0
      if (copy_from_user(tmp, arg, LEN)) err = -EFAULT
      else {
        for (let i = 0; i < LEN; i++) tmp.write_u8(i, tmp.read_u8(i) ^ 0xff)
        if (copy_to_user(arg, tmp, LEN)) err = -EFAULT
      }
      kfree(tmp)
      return err
    },
  },
}
module_init(() => misc_register(dev))
module_exit(() => misc_deregister(dev))
spawn('app', () => {
  const fd = open('/dev/xform', 2)
  const m = mmap(null, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
  if (typeof m === 'number') return
  m.write_u8(3, 0x0f)
  pr_info(`${ioctl(fd, 7, m)} ${m.read_u8(3).toString(16)} bad ${ioctl(fd, 7, 16n)} cmd ${ioctl(fd, 8, m)}`)
  munmap(m, PAGE_SIZE)
  close(fd)
})
