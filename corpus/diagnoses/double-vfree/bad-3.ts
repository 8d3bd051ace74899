// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect double-vfree 11
//
// The list node lies in the area: putting it on the list twice breaks the list.
import { DEFINE_SPINLOCK, spin_lock, spin_unlock, vfree_atomic, vmalloc } from 'linux'

const lock = DEFINE_SPINLOCK('lock')
const table = vmalloc(8192)!
spin_lock(lock)
vfree_atomic(table)
vfree_atomic(table)
spin_unlock(lock)
