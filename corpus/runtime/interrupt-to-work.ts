// @era all
// @expect none
// A driver's two halves: the interrupt handler takes packets off the hardware onto a list under a spinlock, a worker
// takes them from there in process context and may sleep. Teardown in the kernel's order: free_irq, then
// cancel_work_sync, then what they used.
import {
  struct, sizeof, kmalloc, kfree, GFP_ATOMIC, GFP_KERNEL, u32, list_head, LIST_HEAD, list_add_tail, list_empty,
  list_del, list_first_entry, list_splice_init, DEFINE_SPINLOCK, spin_lock, spin_unlock, spin_lock_irqsave,
  spin_unlock_irqrestore, request_irq, free_irq, IRQ_HANDLED, in_hardirq, in_task, irqs_disabled, work_struct,
  INIT_WORK, alloc_workqueue, queue_work, flush_work, cancel_work_sync, destroy_workqueue, WQ_MEM_RECLAIM,
  container_of, kzalloc, msleep, module_exit, pr_info, BUG_ON,
} from 'linux'
import { sim } from 'sim'

const Packet = struct('packet', { n: u32, node: list_head })
const Nic = struct('nic', { received: u32, work: work_struct })
const IRQ = 11
const lock = DEFINE_SPINLOCK('rx_lock')
const queue = LIST_HEAD('rx_queue')
const nic = kzalloc(sizeof(Nic), GFP_KERNEL)!.as(Nic)
const wq = alloc_workqueue('nic', WQ_MEM_RECLAIM, 1)!
let next = 0

function interrupt(): number {
  BUG_ON(!in_hardirq())
  const packet = kmalloc(sizeof(Packet), GFP_ATOMIC)?.as(Packet)
  if (packet === undefined) return IRQ_HANDLED
  packet.n = ++next
  spin_lock(lock)
  list_add_tail(packet.node, queue)
  spin_unlock(lock)
  queue_work(wq, nic.work)
  return IRQ_HANDLED
}

function receive(work: work_struct): void {
  const self = container_of(work, Nic, 'work')
  const mine = LIST_HEAD('mine')
  const flags: number[] = []
  BUG_ON(!in_task())
  spin_lock_irqsave(lock, flags)
  BUG_ON(!irqs_disabled())
  list_splice_init(queue, mine)
  spin_unlock_irqrestore(lock, flags)
  while (!list_empty(mine)) {
    const packet = list_first_entry(mine, Packet, 'node')
    list_del(packet.node)
    self.received = self.received + 1
    msleep(1)
    kfree(packet.ptr)
  }
}

INIT_WORK(nic.work, receive)
BUG_ON(request_irq(IRQ, interrupt, 0, 'nic', nic) !== 0)
for (let i = 0; i < 3; i++) sim.raise_irq(IRQ)
flush_work(nic.work)
const flags: number[] = []
spin_lock_irqsave(lock, flags)
sim.raise_irq(IRQ)
BUG_ON(next !== 3)
spin_unlock_irqrestore(lock, flags)
BUG_ON(next !== 4)

module_exit(() => {
  free_irq(IRQ, nic)
  cancel_work_sync(nic.work)
  destroy_workqueue(wq)
  pr_info(`received ${nic.received}`)
  BUG_ON(nic.received !== 4 || !list_empty(queue))
  kfree(nic.ptr)
})
