// @expect none
// interrupt handler takes from a preallocated pool; work refills it
import {
  request_irq,
  free_irq,
  IRQ_HANDLED,
  schedule_work,
  flush_work,
  INIT_WORK,
  work_struct,
  kmalloc,
  kfree,
  spin_lock_irqsave,
  spin_unlock_irqrestore,
  spin_lock,
  spin_unlock,
  DEFINE_SPINLOCK,
  GFP_KERNEL,
  GFP_ATOMIC,
  module_init,
  module_exit,
  pr_info,
} from 'linux'
import type { Ptr } from 'linux'
import { sim } from 'sim'
const lock = DEFINE_SPINLOCK('lock')
const pool: Ptr[] = []
const used: Ptr[] = []
const refill = INIT_WORK(new work_struct(), () => {
  const p = kmalloc(64, GFP_KERNEL)
  if (!p) return
  const flags: number[] = []
  spin_lock_irqsave(lock, flags)
  pool.push(p)
  spin_unlock_irqrestore(lock, flags)
})
function handler(): number {
  spin_lock(lock)
  let p = pool.pop() ?? null
  if (!p) p = kmalloc(64, GFP_ATOMIC)
  if (p) used.push(p)
  spin_unlock(lock)
  schedule_work(refill)
  return IRQ_HANDLED
}
module_init(() => {
  const err = request_irq(5, handler, 0, 'lab', null)
  if (err) return err
  sim.raise_irq(5)
  sim.raise_irq(5)
  return 0
})
module_exit(() => {
  free_irq(5, null)
  flush_work(refill)
  pr_info(`used ${used.length} pool ${pool.length}`)
  for (const p of [...used, ...pool]) kfree(p)
})
