import { describe, expect, it } from 'vitest'
import { runText } from '../../runtime/testing/run-text.ts'

const SETUP = `
import * as k from 'linux'
import { sim } from 'sim'
const say = (...values) => k.pr_info(values.join(' '))
const Job = k.struct('job', { n: k.u32, work: k.work_struct })
const run = (work) => say('job', k.container_of(work, Job, 'work').n, k.current.comm.split(':')[0], k.in_task())
const job = (n) => {
  const j = k.kzalloc(k.sizeof(Job), k.GFP_KERNEL).as(Job)
  j.n = n
  k.INIT_WORK(j.work, run)
  return j
}
const wq = k.alloc_workqueue('lab', 0, 0)
`

describe('linux/workqueue', () => {
  it('runs work in order in a worker, in process context', () => {
    const { log } = runText(`${SETUP}
      const [a, b] = [job(1), job(2)]
      say(k.queue_work(wq, a.work), k.queue_work(wq, b.work), k.work_pending(a.work))
      k.destroy_workqueue(wq)
      say('end', k.work_pending(a.work))`)
    expect(log).toEqual(['true true true', 'job 1 kworker/0 true', 'job 2 kworker/0 true', 'end false'])
  })

  it('queues pending work once, and running work again', () => {
    const { log } = runText(`${SETUP}
      let runs = 0
      const w = k.INIT_WORK(new k.work_struct(), (work) => { if (++runs < 3) say('again', k.queue_work(wq, work)) })
      say(k.queue_work(wq, w), k.queue_work(wq, w))
      k.flush_workqueue(wq)
      say(runs)`)
    expect(log).toEqual(['true false', 'again true', 'again true', '3'])
  })

  it('flushes what is pending or running, and says whether it waited', () => {
    const { log } = runText(`${SETUP}
      const a = job(1)
      k.schedule_work(a.work)
      say(k.flush_work(a.work), k.flush_work(a.work))`)
    expect(log).toEqual(['job 1 kworker/0 true', 'true false'])
  })

  it('cancels what is pending and waits for what runs', () => {
    const { log } = runText(`${SETUP}
      const a = job(1)
      k.queue_work(wq, a.work)
      say(k.cancel_work_sync(a.work), k.cancel_work_sync(a.work))
      const started = new k.completion()
      const w = k.INIT_WORK({}, () => { k.complete(started); k.msleep(5); say('done') })
      k.queue_work(wq, w)
      k.wait_for_completion(started)
      say(k.cancel_work_sync(w))`)
    expect(log).toEqual(['true false', 'done', 'false'])
  })

  it('starts another worker when work waits for other work of the queue', () => {
    const text = (make: string): string => `${SETUP}
      const q = ${make}
      const done = new k.completion()
      k.queue_work(q, k.INIT_WORK({}, () => { k.wait_for_completion(done); say('first') }))
      k.queue_work(q, k.INIT_WORK({}, () => { say('second'); k.complete(done) }))
      k.flush_workqueue(q)`
    expect(runText(text(`k.alloc_workqueue('many', 0, 0)`)).log).toEqual(['second', 'first'])
    expect(runText(text(`k.alloc_ordered_workqueue('one', 0)`)).outcome).toBe('deadlock')
  })

  it('queues delayed work when its time has come', () => {
    const { log } = runText(`${SETUP}
      const d = k.INIT_DELAYED_WORK(new k.delayed_work(), () => say('late'))
      say(k.schedule_delayed_work(d, k.msecs_to_jiffies(100)), k.schedule_delayed_work(d, 1))
      k.msleep(50)
      say('before')
      k.msleep(100)
      say('after')
      k.schedule_delayed_work(d, 10)
      say(k.cancel_delayed_work_sync(d))
      k.msleep(20)`)
    expect(log).toEqual(['true false', 'before', 'late', 'after', 'true'])
  })

  it('can be queued by an interrupt handler', () => {
    const { log } = runText(`${SETUP}
      const a = job(1)
      k.request_irq(9, () => { say('irq', k.queue_work(wq, a.work)); return k.IRQ_HANDLED }, 0, 'nic', a)
      sim.raise_irq(9)
      k.flush_work(a.work)
      say('end')`)
    expect(log).toEqual(['irq true', 'job 1 kworker/0 true', 'end'])
  })

  it('reads the work where it lies when it runs: after a free, freed memory', () => {
    const { operations } = runText(`${SETUP}
      const a = job(1)
      k.queue_work(wq, a.work)
      k.kfree(a.ptr)`)
    const freed = operations.findIndex(({ op }) => op === 'kfree')
    const reads = operations.slice(freed).filter(({ op, task }) => op === 'read' && task.startsWith('kworker'))
    expect(reads.length).toBeGreaterThan(0)
    expect(reads[0]?.allocation).toBe(operations[freed]?.allocation)
  })

  it('fails on demand, and does not queue on a destroyed queue', () => {
    const { log } = runText(`${SETUP}
      sim.fail_next('alloc_workqueue')
      say(k.alloc_workqueue('no', 0, 0))
      k.destroy_workqueue(wq)
      say(k.queue_work(wq, job(1).work))`)
    expect(log).toEqual(['', 'false'])
  })

  it('writes as many bytes as the work has on the machine', () => {
    const init = (c: string, arch: string): readonly number[] =>
      runText(
        `import * as k from 'linux'
          const S = k.struct('s', { work: k.${c} })
          const s = k.kmalloc(k.sizeof(S), k.GFP_KERNEL).as(S)
          k.INIT_${c === 'work_struct' ? 'WORK' : 'DELAYED_WORK'}(s.work, () => {})`,
        { machine: { arch } },
      ).operations.flatMap(({ op, a }) => (op === 'memset' || op === 'write' ? [a & 0xffff] : []))
    expect([init('work_struct', 'x86_64'), init('work_struct', 'i386-highmem')]).toEqual([[32], [16]])
    expect([init('delayed_work', 'x86_64'), init('delayed_work', 'i386-highmem')]).toEqual([[88], [44]])
  })
})
