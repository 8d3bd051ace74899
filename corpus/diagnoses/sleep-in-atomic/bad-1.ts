// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect sleep-in-atomic 9
//
// A table entry is allocated under the lock that guards the table.
import { DEFINE_SPINLOCK, GFP_KERNEL, kfree, kmalloc, spin_lock, spin_unlock } from 'linux'

const lock = DEFINE_SPINLOCK('lock')
spin_lock(lock)
const entry = kmalloc(64, GFP_KERNEL)!
entry.write_u32(0, 1)
spin_unlock(lock)
kfree(entry)
