import { expect, test } from 'vitest'
import type { Exploration } from '../../../src-core/protocol/messages.ts'
import { progressOf, verdictOf } from './verdict.ts'

const EXPLORATION: Exploration = {
  schema: 'pageward.exploration/1',
  program: 'a.ts',
  era: 'v6.12',
  mode: 'exhaustive',
  executions: 12,
  blocked: 0,
  probes: 0,
  redundant: 0,
  complete: true,
  bound: null,
  findings: [],
  invisible_sharing: [],
  run_ms: 1,
}

test('says all only of a complete exploration', () => {
  expect(verdictOf(EXPLORATION)).toBe('Proved: no schedule violates a rule. All 12 schedules that differ were run.')
  expect(verdictOf({ ...EXPLORATION, bound: 2 })).toBe(
    'Proved: no schedule with at most 2 preemptions violates a rule. ' +
      'All 12 schedules with at most 2 preemptions that differ were run.',
  )
})

test('proves nothing about variables that it does not see', () => {
  expect(verdictOf({ ...EXPLORATION, invisible_sharing: ['mm'] })).toBe(
    'As far as can be seen, no schedule violates a rule. All 12 schedules that differ were run.',
  )
})

test('says why an exploration is not complete', () => {
  expect(verdictOf({ ...EXPLORATION, complete: false, incomplete: ['seconds'], bound: 1 })).toBe(
    '12 schedules with at most 1 preemption run, not all: the time was used up; nothing wrong found.',
  )
})

test('says how many executions there may be, as far as can be told', () => {
  expect(progressOf(1000, 1, null, 500)).toBe('1,000 executions, 1 problem, 2,000/s')
  expect(progressOf(1000, 0, 0.123, 500)).toBe(
    '1,000 executions, 0 problems, 2,000/s, about 8,100 in all, by what is known so far',
  )
})
