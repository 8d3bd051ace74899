// The shrinker may be the last user of the address space: mmput() takes mmap_lock, which it holds.
import { current, kthread_run, misc_deregister, misc_register, mmap_read_lock, mmap_read_unlock, mmdrop } from 'linux'
import { mmget_not_zero, mmgrab, mmput, module_exit, READ_ONCE, shared, WRITE_ONCE, type mm_struct } from 'linux'
import { open, spawn } from 'user'

const mm = shared<mm_struct | null>(null)
const fops = {
  open: () => {
    mmgrab(current.mm!)
    WRITE_ONCE(mm, current.mm)
    return 0
  },
}
const misc = { name: 'bar', fops }
misc_register(misc)
spawn('app', () => {
  open('/dev/bar', 0)
})
kthread_run(() => {
  const space = READ_ONCE(mm)
  if (space === null || !mmget_not_zero(space)) return
  mmap_read_lock(space)
  mmput(space)
  mmap_read_unlock(space)
}, 'shrink')
module_exit(() => {
  misc_deregister(misc)
  const space = READ_ONCE(mm)
  if (space !== null) mmdrop(space)
})
