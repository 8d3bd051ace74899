// @era next memdesc
// @expect coherent-misuse 13
//
// The coherent memory is dropped with interrupts off.
import { sim } from 'sim'
import { DEFINE_SPINLOCK, spin_lock_irqsave, spin_unlock_irqrestore } from 'linux'
import { Coherent, drop, GFP_KERNEL } from 'kernel'
const dev = sim.device('nova')
const lock = DEFINE_SPINLOCK('l')
const c = Coherent.zeroed<bigint>(dev, GFP_KERNEL)
const flags: number[] = []
spin_lock_irqsave(lock, flags)
drop(c)
spin_unlock_irqrestore(lock, flags)
