// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect none
//
// With interrupts off, the handler runs when the lock is free.
import { free_irq, IRQ_HANDLED, request_irq, spin_lock, spin_lock_init, spin_lock_irqsave, spin_unlock } from 'linux'
import { spin_unlock_irqrestore, spinlock_t } from 'linux'
import { raise_irq } from 'sim'

const ring = spin_lock_init(new spinlock_t())
const device = {}
function handler(): number {
  spin_lock(ring)
  spin_unlock(ring)
  return IRQ_HANDLED
}
request_irq(5, handler, 0, 'ring', device)
const flags: number[] = []
spin_lock_irqsave(ring, flags)
raise_irq(5)
spin_unlock_irqrestore(ring, flags[0]!)
free_irq(5, device)
