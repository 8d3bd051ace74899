// @expect none
// pages made at the first touch, dropped when the file is closed
import {
  misc_register,
  misc_deregister,
  alloc_page,
  get_page,
  put_page,
  VM_FAULT_SIGBUS,
  VM_FAULT_OOM,
  GFP_KERNEL,
  __GFP_ZERO,
  module_init,
  module_exit,
  DEFINE_MUTEX,
  mutex_lock,
  mutex_unlock,
  PAGE_SIZE,
  pr_info,
} from 'linux'
import type { page } from 'linux'
import { spawn, open, close, mmap, fork, waitpid, exit, PROT_READ, PROT_WRITE, MAP_SHARED } from 'user'
const MAX = 4
const lock = DEFINE_MUTEX('lock')
const dev = {
  name: 'lazy',
  fops: {
    open(file: any): number {
      file.private_data = new Map<number, page>()
      return 0
    },
    mmap(_file: any, vma: any): number {
      vma.vm_private_data = _file.private_data
      vma.vm_ops = {
        fault(vmf: any): number {
          if (vmf.pgoff >= MAX) return VM_FAULT_SIGBUS
          const pages: Map<number, page> = vmf.vma.vm_private_data
          mutex_lock(lock)
          let p = pages.get(vmf.pgoff)
          if (!p) {
            const fresh = alloc_page(GFP_KERNEL | __GFP_ZERO)
            if (!fresh) {
              mutex_unlock(lock)
              return VM_FAULT_OOM
            }
            pages.set(vmf.pgoff, fresh)
            p = fresh
          }
          get_page(p)
          vmf.page = p
          mutex_unlock(lock)
          return 0
        },
      }
      return 0
    },
    release(file: any): number {
      for (const p of file.private_data.values()) put_page(p)
      return 0
    },
  },
}
module_init(() => misc_register(dev))
module_exit(() => misc_deregister(dev))
spawn('app', () => {
  const fd = open('/dev/lazy', 2)
  const m = mmap(null, MAX * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
  if (typeof m === 'number') return
  close(fd)
  m.write_u8(0, 1)
  const pid = fork(() => {
    m.write_u8(PAGE_SIZE, m.read_u8(0) + 1)
    exit(0)
  })
  waitpid(pid)
  pr_info(`child wrote ${m.read_u8(PAGE_SIZE)}`)
})
