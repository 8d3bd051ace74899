/** What an exploration claims where a program has a state that the explorer does not see. */
import { expect, it } from 'vitest'
import { explorationText } from '../report/exploration-text.ts'
import { explorationOf } from './exploration.ts'
import type { Explored } from './explorer.ts'
import { EXHAUSTIVE } from './testing/open-session.ts'

const EXPLORED: Explored = {
  executions: 19,
  blocked: 1,
  probes: 2,
  redundant: 0,
  complete: true,
  incomplete: [],
  findings: [],
  advice: [],
}
const said = (explored: Explored, sharing: readonly string[]): string =>
  explorationText(explorationOf('a.ts', EXHAUSTIVE, explored, sharing, 1), { colour: false })

it('is not complete if a plain variable led an execution astray', () => {
  expect(explorationOf('a.ts', EXHAUSTIVE, EXPLORED, ['mm'], 1)).toMatchObject({
    complete: false,
    incomplete: ['invisible'],
  })
  expect(said(EXPLORED, ['mm'])).toContain(
    'not complete: plain variables that tasks share decided what the program did\n' +
      'plain variables that tasks share are not explored: mm',
  )
})

it('says of what it is complete if such variables did no harm', () => {
  expect(said({ ...EXPLORED, blocked: 0 }, ['mm'])).toContain('complete: no schedule of what is visible breaks a rule')
  expect(said({ ...EXPLORED, blocked: 0 }, [])).toContain('complete: no schedule breaks a rule')
})

it('hides no mistake of its own', () => {
  expect(explorationOf('a.ts', EXHAUSTIVE, EXPLORED, [], 1)).toMatchObject({ complete: true, blocked: 1 })
})
