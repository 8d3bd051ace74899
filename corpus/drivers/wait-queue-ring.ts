// @expect none
// producer and consumer threads over a ring, with a wait queue
import {
  kthread_run,
  kthread_stop,
  DECLARE_WAIT_QUEUE_HEAD,
  wake_up,
  wait_event_interruptible,
  DEFINE_SPINLOCK,
  spin_lock,
  spin_unlock,
  kmalloc,
  kfree,
  READ_ONCE,
  WRITE_ONCE,
  shared,
  GFP_KERNEL,
  module_init,
  module_exit,
  pr_info,
} from 'linux'
import type { Ptr } from 'linux'
const wq = DECLARE_WAIT_QUEUE_HEAD('wq')
const lock = DEFINE_SPINLOCK('lock')
const queue: Ptr[] = []
const count = shared(0)
const finished = shared(false)
let producer: any = null
let consumer: any = null
function produce(): number {
  for (let i = 0; i < 4; i++) {
    const p = kmalloc(32, GFP_KERNEL)
    if (!p) break
    p.write_u32(0, i)
    spin_lock(lock)
    queue.push(p)
    WRITE_ONCE(count, queue.length)
    spin_unlock(lock)
    wake_up(wq)
  }
  WRITE_ONCE(finished, true)
  wake_up(wq)
  return 0
}
function consume(): number {
  let sum = 0
  for (;;) {
    wait_event_interruptible(wq, () => READ_ONCE(count) > 0 || READ_ONCE(finished))
    spin_lock(lock)
    const p = queue.shift() ?? null
    WRITE_ONCE(count, queue.length)
    const done = READ_ONCE(finished)
    spin_unlock(lock)
    if (!p) {
      if (done) break
      continue
    }
    sum += p.read_u32(0)
    kfree(p)
  }
  pr_info(`sum ${sum}`)
  return 0
}
module_init(() => {
  consumer = kthread_run(consume, 'consumer')
  producer = kthread_run(produce, 'producer')
  return 0
})
module_exit(() => {
  kthread_stop(producer)
  kthread_stop(consumer)
})
