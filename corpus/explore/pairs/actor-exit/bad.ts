// The program is killed; mmgrab() has kept its mm_struct, not what is mapped.
import { complete, completion, current, init_completion, kthread_run, misc_deregister, misc_register } from 'linux'
import { mmap_read_lock, mmap_read_unlock, mmdrop, mmgrab, module_exit, READ_ONCE, shared, vma_lookup } from 'linux'
import { wait_for_completion, WRITE_ONCE, type mm_struct } from 'linux'
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
  if (space !== null) {
    mmap_read_lock(space)
    vma_lookup(space, 0x1000n)
    mmap_read_unlock(space)
  }
  complete(done)
}, 'spy')
module_exit(() => {
  misc_deregister(misc)
  const space = READ_ONCE(mm)
  if (space !== null) mmdrop(space)
})
