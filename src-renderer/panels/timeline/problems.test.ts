import { describe, expect, it } from 'vitest'
import type { TimelineBar } from '../../../src-core/protocol/messages.ts'
import type { Diagnosis } from '../../../src-core/report/report.ts'
import { faultsOf } from './draw-bar.ts'
import { timelineProblems } from './problems.ts'
import { layoutRows } from './rows.ts'

const diagnosis = (part: Partial<Diagnosis> & Pick<Diagnosis, 'code' | 'step'>): Diagnosis => ({
  severity: 'error',
  certainty: 'definite',
  message: '',
  at: { file: 'a.ts', line: 1, column: 1 },
  task: 'insmod',
  memory: { kind: 'page-block', name: 'a', address: '0x0', bytes: 4096, allocation: 1 },
  story: [],
  rights_left: [],
  pointers: [],
  consequences: [],
  eras: {},
  fix: '',
  kernel: '',
  ...part,
})
const kmap = [{ kind: 'kmap', on: 'bytes' as const, holder: 'insmod', at: null }]
const bar: TimelineBar = {
  allocation: 1,
  label: 'a',
  kind: 'page-block',
  owner: 0,
  from: 1,
  to: 5,
  freed: true,
  ticks: [],
  moves: [],
  rights: [{ kind: 'kmap', from: 3, to: 9, holder: 0 }],
  address: '0x0',
  bytes: 4096,
}
const faults = (diagnoses: Diagnosis[]): ReturnType<typeof faultsOf> => {
  const problems = timelineProblems(diagnoses)
  return faultsOf(layoutRows([bar], problems.uses).bars[0]!, problems)
}

describe('problems on the timeline', () => {
  it('are red only where the report says that a rule was broken', () => {
    expect(faults([]).rightsLeft).toBe(false)
    expect(faults([diagnosis({ code: 'freed-while-reachable', step: 5, rights_left: kmap })]).rightsLeft).toBe(true)
  })

  it('flag each use after the free once, also one that followed from another mistake', () => {
    const use = diagnosis({ code: 'page-use-after-free', step: 8 })
    const first = diagnosis({ code: 'freed-while-reachable', step: 5, rights_left: kmap, consequences: [use, use] })
    expect(faults([first]).uses).toEqual([8])
  })

  it('keep the worst severity of a step', () => {
    const { worst } = timelineProblems([
      diagnosis({ code: 'unbalanced-put', step: 3 }),
      diagnosis({ code: 'get-page-on-slab', step: 3, severity: 'warning' }),
    ])
    expect(worst.get(3)).toBe('error')
  })
})
