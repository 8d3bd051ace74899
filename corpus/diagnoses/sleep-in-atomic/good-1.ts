// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// Under the lock with GFP_ATOMIC, after it with GFP_KERNEL.
import { DEFINE_SPINLOCK, GFP_ATOMIC, GFP_KERNEL, kfree, kmalloc, spin_lock, spin_unlock } from 'linux'

const lock = DEFINE_SPINLOCK('lock')
spin_lock(lock)
const entry = kmalloc(64, GFP_ATOMIC)!
entry.write_u32(0, 1)
spin_unlock(lock)
const more = kmalloc(64, GFP_KERNEL)!
kfree(more)
kfree(entry)
