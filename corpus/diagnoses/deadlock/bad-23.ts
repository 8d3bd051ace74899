// @era v6.12 v6.14 v6.17 v6.18 next memdesc
// @expect deadlock 11
//
// An interrupt comes while its handler's lock is held: the handler spins, and who could unlock is below it.
import { free_irq, IRQ_HANDLED, request_irq, spin_lock, spin_lock_init, spin_unlock, spinlock_t } from 'linux'
import { raise_irq } from 'sim'

const ring = spin_lock_init(new spinlock_t())
const device = {}
function handler(): number {
  spin_lock(ring)
  spin_unlock(ring)
  return IRQ_HANDLED
}
request_irq(5, handler, 0, 'ring', device)
spin_lock(ring)
raise_irq(5)
spin_unlock(ring)
free_irq(5, device)
