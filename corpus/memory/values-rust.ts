// @era v6.18
// @machine debug=off
// @expect none
//
// Capacities and errors of the Rust surface; interrupts, threads, wait queues, work.
import * as k from 'linux'
import * as r from 'kernel'
import { sim } from 'sim'
import { is } from './is.ts'
const err = (fn: () => unknown) => {
  try {
    fn()
    return 0
  } catch (e) {
    return (e as any).errno ?? String(e)
  }
}
{
  using v = r.KVec.new()
  is('cap0', v.capacity(), 0)
  is('empty', v.is_empty(), true)
  is('pop', v.pop(), null)
  v.push(1, k.GFP_KERNEL)
  is('cap1', v.capacity(), 1)
  v.push(2, k.GFP_KERNEL)
  is('cap2', v.capacity(), 2)
  v.push(3, k.GFP_KERNEL)
  is('cap4', v.capacity(), 4)
  is('len', v.len(), 3)
  is('get', v.get(1), 2)
  is('get oob', v.get(3), null)
  v.reserve(1, k.GFP_KERNEL)
  is('reserve none', v.capacity(), 4)
  v.reserve(2, k.GFP_KERNEL)
  is('reserve', v.capacity(), 8)
  v.truncate(1)
  is('trunc', v.len(), 1)
  is('cap stays', v.capacity(), 8)
  v.clear()
  is('clear', v.len(), 0)
  v.extend_with(3, 9, k.GFP_KERNEL)
  is('ext', v.get(2), 9)
  v.extend_from_slice([1, 2], k.GFP_KERNEL)
  is('ext2', v.len(), 5)
  is('pop2', v.pop(), 2)
}
{
  using v = r.VVec.with_capacity(5000, k.GFP_KERNEL)
  is('vcap', v.capacity(), 5000)
  let n = 0
  for (const p of v.page_iter()) {
    n++
    void p
  }
  is('pages', n, 2)
  is('vaddr', k.is_vmalloc_addr(v.as_ptr()!), true)
}
{
  using v = r.VVec.new()
  let n = 0
  for (const p of v.page_iter()) {
    n++
    void p
  }
  is('no pages', n, 0)
  is('null ptr', v.as_ptr(), null)
}
{
  using p = r.Page.alloc_page(k.GFP_KERNEL)
  const b = k.kzalloc(64, k.GFP_KERNEL)!
  is(
    'read oob',
    err(() => p.read_raw(b, 4090, 10)),
    -22,
  )
  is(
    'write oob',
    err(() => p.write_raw(b, 4096, 1)),
    -22,
  )
  is(
    'zero oob',
    err(() => p.fill_zero_raw(4000, 97)),
    -22,
  )
  is(
    'zero end',
    err(() => p.fill_zero_raw(4096, 0)),
    0,
  )
  is(
    'fill',
    err(() => p.fill_zero_raw(0, 4096)),
    0,
  )
  b.write_u8(0, 5)
  is(
    'w',
    err(() => p.write_raw(b, 10, 1)),
    0,
  )
  b.write_u8(0, 0)
  p.read_raw(b, 10, 1)
  is('r', b.read_u8(0), 5)
  k.kfree(b)
}
{
  using b = r.KBox.new(5, k.GFP_KERNEL)
  is('box', b.value, 5)
  b.value = 6
  is('box6', b.value, 6)
}
sim.fail_next('kmalloc')
is(
  'enomem',
  err(() => r.KBox.new(5, k.GFP_KERNEL)),
  -12,
)
sim.fail_next('alloc_page')
is(
  'page enomem',
  err(() => r.Page.alloc_page(k.GFP_KERNEL)),
  -12,
)
is('page_align', Number((r as any).page_align(1)), 4096)
is('page_align0', Number((r as any).page_align(0)), 0)
is('page_align', Number((r as any).page_align(4096)), 4096)
// interrupts
let hits = 0
const d1 = {},
  d2 = {}
is(
  'req',
  k.request_irq(
    5,
    () => {
      hits++
      return k.IRQ_NONE
    },
    k.IRQF_SHARED,
    'a',
    d1,
  ),
  0,
)
is(
  'share',
  k.request_irq(
    5,
    () => {
      hits += 10
      return k.IRQ_HANDLED
    },
    k.IRQF_SHARED,
    'b',
    d2,
  ),
  0,
)
is(
  'not shared',
  k.request_irq(5, () => 1, 0, 'c', {}),
  -16,
)
sim.raise_irq(5)
is('both', hits, 11)
k.disable_irq(5)
k.disable_irq(5)
sim.raise_irq(5)
k.enable_irq(5)
is('still off', hits, 11)
k.enable_irq(5)
is('pending delivered', hits, 22)
k.local_irq_disable()
sim.raise_irq(5)
is('masked', hits, 22)
k.local_irq_enable()
is('unmasked', hits, 33)
is('f1', k.free_irq(5, d1), d1)
sim.raise_irq(5)
is('one left', hits, 43)
k.free_irq(5, d2)
is(
  'shared no dev',
  k.request_irq(6, () => 1, k.IRQF_SHARED, 'x', null as any),
  -22,
)
is(
  'no handler',
  (() => {
    try {
      return k.request_irq(6, null as any, 0, 'x', {})
    } catch {
      return 'throws'
    }
  })(),
  -22,
)
// kthreads
let ran = ''
const t = k.kthread_run(() => {
  ran += k.current.comm
  k.wait_for_completion(c)
  ran += '!'
  return 7
}, 'worker')
const c = k.DECLARE_COMPLETION('c')
k.msleep(1)
is('ran', ran, 'worker')
k.complete(c)
k.msleep(1)
is('ran2', ran, 'worker!')
is('stop', k.kthread_stop(t), 7)
// wait queues
const wq = k.init_waitqueue_head({})
let cond = false,
  done = 0
is('active', k.waitqueue_active(wq), false)
k.kthread_run(() => {
  k.wait_event(wq, () => cond)
  done++
  return 0
}, 'w1')
k.kthread_run(() => {
  const r2 = k.wait_event_interruptible(wq, () => cond)
  done += r2 + 10
  return 0
}, 'w2')
k.msleep(1)
is('active1', k.waitqueue_active(wq), true)
k.wake_up(wq)
k.msleep(1)
is('none', done, 0)
cond = true
k.wake_up_all(wq)
k.msleep(1)
is('done', done, 11)
// workqueues
const q = k.alloc_ordered_workqueue('o', 0)!
let order = ''
const w1 = k.INIT_WORK({}, () => {
    order += '1'
  }),
  w2 = k.INIT_WORK({}, () => {
    order += '2'
  })
k.queue_work(q, w1)
k.queue_work(q, w2)
k.flush_workqueue(q)
is('order', order, '12')
const dw = k.INIT_DELAYED_WORK({}, () => {
  order += 'd'
})
is('qd', k.queue_delayed_work(q, dw, 10), true)
is('qd2', k.queue_delayed_work(q, dw, 10), false)
is('pend', k.delayed_work_pending(dw), true)
is('cd', k.cancel_delayed_work(dw), true)
is('cd2', k.cancel_delayed_work_sync(dw), false)
k.destroy_workqueue(q)
is('not run', order, '12')
is('jif', k.msecs_to_jiffies(0), 0)
// spinlock + trylock irqsave
const l = k.DEFINE_SPINLOCK('l'),
  f: number[] = []
is('tl', k.spin_trylock_irqsave(l, f), 1)
is('off', k.irqs_disabled(), true)
k.spin_unlock_irqrestore(l, f)
is('on', k.irqs_disabled(), false)
is('res', k.WARN_ON(0), false)
