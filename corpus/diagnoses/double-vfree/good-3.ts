// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
import { DEFINE_SPINLOCK, spin_lock, spin_unlock, vfree_atomic, vmalloc } from 'linux'

const lock = DEFINE_SPINLOCK('lock')
let table = vmalloc(8192)
spin_lock(lock)
for (let i = 0; i < 2; i++) {
  if (table) vfree_atomic(table)
  table = null
}
spin_unlock(lock)
