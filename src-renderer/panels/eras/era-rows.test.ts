import { describe, expect, it } from 'vitest'
import { eraRows } from './era-rows.ts'

const era = (id: string) => ({ id, title: id, basis: 'source' as const, summary: '' })
const finding = (code: string, severity: string, line: number) => ({ code, severity, line, file: 'a.ts' })

describe('the era matrix', () => {
  it('waits until the core has judged', () => {
    expect(eraRows([era('v6.12')], null)[0]?.state).toBe('waiting')
  })
  it('says that an era was not run or did not finish', () => {
    const rows = eraRows([era('v6.14'), era('memdesc')], { memdesc: null })
    expect(rows.map((row) => row.state)).toEqual(['not-run', 'unfinished'])
  })
  it('names each code of a line once, errors before warnings', () => {
    const found = [
      finding('page-leak', 'warning', 2),
      finding('double-free-page', 'error', 9),
      finding('page-leak', 'warning', 2),
    ]
    const [row] = eraRows([era('v6.12')], { 'v6.12': found })
    expect(row?.verdicts.map((each) => `${each.code}:${each.line}`)).toEqual(['double-free-page:9', 'page-leak:2'])
  })
})
