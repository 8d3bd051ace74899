// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect mm-lifetime 25
//
// The last user goes while the task holds the lock that the teardown takes.
import { current, misc_deregister, misc_register, mmap_read_lock, mmap_read_unlock, mmget, mmput } from 'linux'
import { module_exit } from 'linux'
import type { mm_struct } from 'linux'
import { ioctl, open, spawn, waitpid } from 'user'

let mm: mm_struct | null = null
const fops = {
  ioctl: () => {
    mm = current.mm
    mmget(mm!)
    return 0
  },
}
const misc = { name: 'spy', fops }
misc_register(misc)
const app = spawn('app', () => {
  ioctl(open('/dev/spy', 0), 1)
})
waitpid(app)
mmap_read_lock(mm!)
mmput(mm!)
mmap_read_unlock(mm!)
module_exit(() => misc_deregister(misc))
