// @explore executions=2
//
// filesystem(14): 14 tasks each take the lock of an inode, and of a block if the inode has none yet. 32 inodes, 26
// blocks: tasks 0 and 13 meet at a block.
import { kthread_run, mutex, mutex_init, mutex_lock, mutex_unlock, READ_ONCE, shared, WRITE_ONCE } from 'linux'

const N = 14
const INODES = 32
const BLOCKS = 26
const locki = Array.from({ length: INODES }, () => mutex_init(new mutex()))
const lockb = Array.from({ length: BLOCKS }, () => mutex_init(new mutex()))
const inode = Array.from({ length: INODES }, () => shared(0))
const busy = Array.from({ length: BLOCKS }, () => shared(false))
for (let tid = 0; tid < N; tid++) {
  kthread_run(() => {
    const i = tid % INODES
    mutex_lock(locki[i]!)
    if (READ_ONCE(inode[i]!) === 0) {
      let b = (i * 2) % BLOCKS
      for (;;) {
        mutex_lock(lockb[b]!)
        if (!READ_ONCE(busy[b]!)) {
          WRITE_ONCE(busy[b]!, true)
          WRITE_ONCE(inode[i]!, b + 1)
          mutex_unlock(lockb[b]!)
          break
        }
        mutex_unlock(lockb[b]!)
        b = (b + 1) % BLOCKS
      }
    }
    mutex_unlock(locki[i]!)
  }, `task-${tid}`)
}
