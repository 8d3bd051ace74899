// The handler takes a lock that the task it interrupts holds: it spins for ever.
import { cond_resched, IRQ_HANDLED, kthread_run, module_exit, free_irq, READ_ONCE, request_irq, shared } from 'linux'
import { spin_lock, spin_unlock, spinlock_t, WRITE_ONCE } from 'linux'
import { actor_irq } from 'sim'

const lock = new spinlock_t()
const count = shared(0)
const handler = () => {
  spin_lock(lock)
  WRITE_ONCE(count, READ_ONCE(count) + 1)
  spin_unlock(lock)
  return IRQ_HANDLED
}
request_irq(5, handler, 0, 'nic', null)
kthread_run(() => {
  actor_irq(5)
  cond_resched()
  spin_lock(lock)
  WRITE_ONCE(count, 0)
  spin_unlock(lock)
}, 'worker')
module_exit(() => {
  free_irq(5, null)
})
