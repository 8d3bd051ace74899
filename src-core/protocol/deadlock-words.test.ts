/** What a deadlock says: who waits for what, who holds it, and the line of the watchdog that sees it. */
import { expect, it } from 'vitest'
import { liveRun } from './testing/live-run.ts'

function told(text: string) {
  const { diagnoses } = liveRun(
    `import * as k from 'linux'; import * as sim from 'sim'; k.kthread_run(() => 0, 'calm')\n\n${text}`,
  ).report
  return diagnoses.map(({ code, message, story, kernel }) => ({
    code,
    message,
    held: story.filter((line) => line.text.endsWith('holds it to the end')).map(({ at }) => at?.line ?? 0),
    kernel,
  }))
}

it('tells a lock that its own holder waits for, and whether it sleeps or spins', () => {
  const twice = (type: string, lock: string): string => `const l = new k.${type}()\nk.${lock}(l)\nk.${lock}(l)`
  const expected = { code: 'deadlock', message: 'insmod waits for a lock that it holds itself', held: [4] }
  expect(told(twice('mutex', 'mutex_lock'))).toEqual([
    { ...expected, kernel: 'INFO: task insmod:100 blocked for more than 120 seconds.' },
  ])
  expect(told(twice('spinlock_t', 'spin_lock'))).toEqual([
    { ...expected, kernel: 'watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [insmod:100]' },
  ])
})

it('tells an interrupt handler that spins on what the interrupted task holds', () => {
  const text = `const l = new k.spinlock_t()
k.request_irq(5, () => { k.spin_lock(l); return k.IRQ_HANDLED }, 0, 'ring', {})
k.spin_lock(l)
sim.raise_irq(5)`
  expect(told(text)).toEqual([
    {
      code: 'deadlock',
      message: 'irq/5-ring waits for a lock that insmod held when it was interrupted',
      held: [5],
      kernel: 'watchdog: Watchdog detected hard LOCKUP on cpu 0',
    },
  ])
})

it('tells who waits for what nobody completes, and two that wait for each other', () => {
  const alone = told(`const c = k.init_completion(new k.completion())\nk.wait_for_completion(c)`)
  expect(alone.map(({ message, held }) => [message, held])).toEqual([
    ['insmod waits for what nobody is left to do', []],
  ])
  const both = told(`const a = new k.mutex(), b = new k.mutex()
k.kthread_run(() => { k.mutex_lock(b); k.msleep(5); k.mutex_lock(a) }, 'worker')
k.mutex_lock(a)
k.msleep(5)
k.mutex_lock(b)`)
  expect(both.map(({ message, held }) => [message, held])).toEqual([
    ['every task waits for another: insmod, worker', [4, 5]],
  ])
})
