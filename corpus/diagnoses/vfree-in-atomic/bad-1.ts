// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect vfree-in-atomic 10
//
// The old table is freed under the lock that guarded it.
import { DEFINE_SPINLOCK, spin_lock, spin_unlock, vfree, vmalloc } from 'linux'

const lock = DEFINE_SPINLOCK('lock')
const table = vmalloc(8192)!
spin_lock(lock)
vfree(table)
spin_unlock(lock)
