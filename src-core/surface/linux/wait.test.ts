import { expect, it } from 'vitest'
import { runText } from '../../runtime/testing/run-text.ts'

const SETUP = `
import * as k from 'linux'
const say = (...values) => k.pr_info(values.join(' '))
const wq = k.DECLARE_WAIT_QUEUE_HEAD('wq')
const ready = k.shared(0)
`

it('sleeps until the condition is true, whoever wakes it before', () => {
  const { log, operations } = runText(`${SETUP}
    k.kthread_run(() => { say('early', k.waitqueue_active(wq)); k.wake_up(wq) }, 'early')
    k.kthread_run(() => { k.msleep(5); k.WRITE_ONCE(ready, 1); k.wake_up_all(wq) }, 'late')
    k.wait_event(wq, () => k.READ_ONCE(ready) === 1)
    say('on', k.waitqueue_active(wq))`)
  expect(log).toEqual(['early true', 'on false'])
  expect(operations.find(({ op }) => op === 'wait_event')?.b).toBe(2)
})

it('does not sleep when the condition is true already, in either form', () => {
  const text = `${SETUP}
    k.WRITE_ONCE(ready, 1)
    say(k.wait_event_interruptible(wq, () => k.READ_ONCE(ready)))`
  expect(runText(text).log).toEqual(['0'])
  expect(runText(text, { interleaved: true })).toEqual(runText(text, { interleaved: false }))
})

it('waits for ever when nobody wakes it', () => {
  expect(runText(`${SETUP}k.wait_event(wq, () => false)`).outcome).toBe('deadlock')
})

it('takes and reuses completions', () => {
  const { log } = runText(`${SETUP}
    const done = k.DECLARE_COMPLETION('done')
    say(k.try_wait_for_completion(done), k.completion_done(done))
    k.complete(done)
    say(k.completion_done(done), k.try_wait_for_completion(done), k.try_wait_for_completion(done))
    k.complete_all(done)
    k.reinit_completion(done)
    say(k.completion_done(done))`)
  expect(log).toEqual(['false false', 'true true false', 'false'])
})
