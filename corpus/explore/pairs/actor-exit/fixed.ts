// mmget_not_zero() keeps the mappings, or says that they are gone.
import { complete, completion, current, init_completion, kthread_run, misc_deregister, misc_register } from 'linux'
import { mmap_read_lock, mmap_read_unlock, mmdrop, mmget_not_zero, mmgrab, mmput, module_exit, READ_ONCE } from 'linux'
import { shared, vma_lookup, wait_for_completion, WRITE_ONCE, type mm_struct } from 'linux'
import { ioctl, open, spawn } from 'user'
import { actor_exit } from 'sim'

const mm = shared<mm_struct | null>(null)
const done = init_completion(new completion())
const fops = {
  open: () => {
    mmgrab(current.mm!)
    WRITE_ONCE(mm, current.mm)
    return 0
  },
  ioctl: () => {
    wait_for_completion(done)
    return 0
  },
}
const misc = { name: 'spy', fops }
misc_register(misc)
spawn('app', () => {
  const fd = open('/dev/spy', 0)
  actor_exit()
  ioctl(fd, 1)
})
kthread_run(() => {
  const space = READ_ONCE(mm)
  if (space !== null && mmget_not_zero(space)) {
    mmap_read_lock(space)
    vma_lookup(space, 0x1000n)
    mmap_read_unlock(space)
    mmput(space)
  }
  complete(done)
}, 'spy')
module_exit(() => {
  misc_deregister(misc)
  const space = READ_ONCE(mm)
  if (space !== null) mmdrop(space)
})
