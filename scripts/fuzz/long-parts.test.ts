import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { noted, partsOf, runPart } from './long-parts.ts'

const folder = mkdtempSync(join(tmpdir(), 'pageward-parts-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('the parts of the long run', () => {
  it('are shared by workers, each part once', () => {
    const all = partsOf(100_000_000, 0, 1)
    expect(all).toHaveLength(100)
    expect([...partsOf(100_000_000, 0, 2), ...partsOf(100_000_000, 1, 2)].sort((a, b) => a - b)).toEqual(all)
    expect(partsOf(1, 0, 1)).toHaveLength(1)
  })
  it('that are noted are not run again when the run goes on', () => {
    const file = join(folder, 'parts.jsonl')
    const done = { part: 7, operations: 1_000_123, seconds: 30, failure: null }
    writeFileSync(file, `${JSON.stringify(done)}\n{"part":8,"oper`)
    expect(noted(file)).toEqual([done])
    expect(runPart(7, file, true)).toEqual(done)
    expect(noted(join(folder, 'none.jsonl'))).toEqual([])
  })
})
