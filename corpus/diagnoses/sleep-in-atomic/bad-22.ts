// @era all
// @expect sleep-in-atomic 11
//
// A full VVec is pushed to under a spinlock: it allocates a larger area, which may sleep.
import { GFP_KERNEL, VVec } from 'kernel'
import { DEFINE_SPINLOCK, spin_lock, spin_unlock } from 'linux'
using v = VVec.with_capacity<number>(4096, GFP_KERNEL)
v.extend_with(4096, 0, GFP_KERNEL)
const l = DEFINE_SPINLOCK('l')
spin_lock(l)
v.push(1, GFP_KERNEL)
spin_unlock(l)
