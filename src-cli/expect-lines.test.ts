import { describe, expect, it } from 'vitest'
import type { Report } from '../src-core/report/report.ts'
import { compare } from './commands/test.ts'

const diagnosis = (severity: string) => ({
  code: 'warn-on',
  severity,
  certainty: 'definite',
  at: { file: 'a.ts', line: 3, column: 1 },
  message: 'WARN_ON(x) is true',
})
const report = (severity: string): Report =>
  ({ outcome: 'completed', diagnoses: [diagnosis(severity)] }) as unknown as Report
const EXPECTED = { code: 'warn-on', file: null, line: 3, eras: null, possible: false, at: 1 }

describe('@expect lines', () => {
  it('none (an empty list) allows no error and no warning, but a note', () => {
    expect(compare(report('warning'), [], 'a.ts', 'v6.12')).toEqual([
      'not expected: warning warn-on at a.ts:3: WARN_ON(x) is true',
    ])
    expect(compare(report('error'), [], 'a.ts', 'v6.12')).toHaveLength(1)
    expect(compare(report('note'), [], 'a.ts', 'v6.12')).toEqual([])
  })

  it('of a code name what has to be there', () => {
    expect(compare(report('warning'), [EXPECTED], 'a.ts', 'v6.12')).toEqual([])
    expect(compare(report('warning'), [{ ...EXPECTED, line: 4 }], 'a.ts', 'v6.12')).toEqual([
      'missing: warn-on at line 4',
    ])
  })
})
