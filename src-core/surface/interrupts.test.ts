import { describe, expect, it } from 'vitest'
import { Context, ContextMask, Field } from '../trace/fields.ts'
import { runText } from '../runtime/testing/run-text.ts'

const SETUP = `
import * as k from 'linux'
import { sim } from 'sim'
const say = (...values) => k.pr_info(values.join(' '))
const lock = k.DEFINE_SPINLOCK('lock')
const dev = {}
let count = 0
const handler = (irq) => {
  count++
  say('irq', irq, k.in_hardirq(), k.in_task(), k.irqs_disabled())
  return k.IRQ_HANDLED
}
`

describe('interrupts', () => {
  it('run in hardirq context before the task that raised them goes on', () => {
    const { log, tasks } = runText(`${SETUP}
      say(k.request_irq(9, handler, 0, 'nic', dev), k.in_task(), k.in_interrupt())
      sim.raise_irq(9)
      say('after', count)`)
    expect(log).toEqual(['0 true false', 'irq 9 true false true', 'after 1'])
    expect(tasks.find(({ context }) => context === 'irq')?.name).toBe('irq/9-nic')
  })

  it('wait while interrupts are off, and come once when they are on again', () => {
    const { log } = runText(`${SETUP}
      k.request_irq(9, handler, 0, 'nic', dev)
      const flags = []
      k.spin_lock_irqsave(lock, flags)
      sim.raise_irq(9)
      sim.raise_irq(9)
      say('off', count, k.irqs_disabled(), flags[0])
      k.spin_unlock_irqrestore(lock, flags)
      say('on', count, k.irqs_disabled())
      k.local_irq_disable()
      sim.raise_irq(9)
      k.local_irq_enable()
      say(count)`)
    expect(log).toEqual(['off 0 true 512', 'irq 9 true false true', 'on 1 false', 'irq 9 true false true', '2'])
  })

  it('nest: inner pairs do not let them in', () => {
    const { log } = runText(`${SETUP}
      k.request_irq(9, () => { say('irq'); return k.IRQ_HANDLED }, 0, 'nic', dev)
      const outer = [], inner = []
      k.local_irq_save(outer)
      k.spin_lock_irqsave(lock, inner)
      sim.raise_irq(9)
      k.spin_unlock_irqrestore(lock, inner)
      say('still off', outer[0], inner[0])
      k.local_irq_restore(outer)
      say('end')`)
    expect(log).toEqual(['still off 512 0', 'irq', 'end'])
  })

  it('call every handler of a shared line, and none of a freed one', () => {
    const { log } = runText(`${SETUP}
      const one = {}, two = {}
      const say1 = (irq, d) => { say('one', d === one); return k.IRQ_NONE }
      say(k.request_irq(3, say1, k.IRQF_SHARED, 'a', one), k.request_irq(3, handler, k.IRQF_SHARED, 'b', two))
      const fourth = k.request_irq(4, handler, k.IRQF_SHARED, 'd', null)
      say(k.request_irq(3, handler, 0, 'c', dev), fourth, k.request_irq(5, null, 0, 'e', dev))
      sim.raise_irq(3)
      say(k.free_irq(3, one) === one, k.free_irq(3, one))
      sim.raise_irq(3)
      k.free_irq(3, two)
      sim.raise_irq(3)
      say(count)`)
    expect(log).toEqual([
      '0 0',
      '-16 -22 -22',
      'one true',
      'irq 3 true false true',
      'true ',
      'irq 3 true false true',
      '2',
    ])
  })

  it('wait while their line is disabled', () => {
    const { log } = runText(`${SETUP}
      k.request_irq(9, handler, 0, 'nic', dev)
      k.disable_irq(9)
      sim.raise_irq(9)
      say(count)
      k.enable_irq(9)
      say(count)`)
    expect(log).toEqual(['0', 'irq 9 true false true', '1'])
  })

  it('hang the processor if the handler takes a spinlock that the interrupted task holds', () => {
    const text = (take: string, release: string): string => `${SETUP}
      k.request_irq(9, () => { k.spin_lock(lock); k.spin_unlock(lock); return k.IRQ_HANDLED }, 0, 'nic', dev)
      const flags = []
      ${take}
      sim.raise_irq(9)
      ${release}
      say('end')`
    expect(runText(text('k.spin_lock(lock)', 'k.spin_unlock(lock)')).outcome).toBe('deadlock')
    const right = text('k.spin_lock_irqsave(lock, flags)', 'k.spin_unlock_irqrestore(lock, flags)')
    expect(runText(right)).toMatchObject({ outcome: 'completed', log: ['end'] })
  })

  it('record what keeps each task from sleeping', () => {
    const { deltas } = runText(`${SETUP}
      k.preempt_disable()
      k.preempt_enable()
      k.spin_lock_irq(lock)
      k.spin_unlock_irq(lock)
      k.rcu_read_lock()
      k.rcu_read_unlock()
      k.request_irq(9, () => k.IRQ_HANDLED, 0, 'nic', dev)
      sim.raise_irq(9)`)
    const values = deltas.filter(([field, task]) => field === Field.CONTEXT && task === 0).map(([, , , next]) => next)
    const both = Context.PREEMPT | Context.IRQS_OFF
    expect(values).toEqual([Context.PREEMPT, 0, both, 0, Context.RCU, 0])
    const handler = deltas.find(([field, task]) => field === Field.CONTEXT && task === 1)
    expect((handler?.[3] ?? 0) & ContextMask.HARDIRQ).toBe(Context.HARDIRQ)
  })

  it('says which context code runs in, in softirqs too', () => {
    const { log } = runText(`${SETUP}
      k.call_rcu(new k.rcu_head(), () => say('rcu', k.in_interrupt(), k.in_hardirq(), k.in_atomic()))
      k.rcu_barrier()
      k.local_bh_disable()
      say(k.in_interrupt(), k.in_atomic())
      k.local_bh_enable()
      k.spin_lock(lock)
      say(k.in_interrupt(), k.in_atomic(), k.preempt_count())
      k.spin_unlock(lock)
      say(k.in_atomic(), k.preempt_count())`)
    expect(log).toEqual(['rcu true false true', 'true true', 'false true 1', 'false 0'])
  })
})
