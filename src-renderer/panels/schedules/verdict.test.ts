import { expect, test } from 'vitest'
import type { Exploration } from '../../../src-core/protocol/messages.ts'
import { verdictOf } from './verdict.ts'

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
  expect(verdictOf(EXPLORATION)).toBe('All 12 schedules that differ were run; nothing wrong found.')
})

test('says why an exploration is not complete', () => {
  expect(verdictOf({ ...EXPLORATION, complete: false, incomplete: ['seconds'], bound: 1 })).toBe(
    '12 schedules with at most 1 preemption run, not all: the time was used up; nothing wrong found.',
  )
})
