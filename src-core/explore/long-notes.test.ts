import { mkdtempSync, rmSync, appendFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { compareInParts } from './testing/compare.ts'
import { LongNotes } from './testing/long-notes.ts'
import { programOf } from './testing/small-programs.ts'

const folder = mkdtempSync(join(tmpdir(), 'pageward-notes-'))
const file = join(folder, 'notes.jsonl')
afterAll(() => rmSync(folder, { recursive: true }))

const TEXT = programOf([
  ['WRITE_ONCE(x, ID)', 'READ_ONCE(x)', 'WRITE_ONCE(x, ID)'],
  ['WRITE_ONCE(x, ID)', 'READ_ONCE(x)', 'READ_ONCE(x)'],
])

describe('a comparison in parts', () => {
  it('sees as many interleavings as one that is whole, also when it was cut', () => {
    const whole = compareInParts('whole', TEXT, new LongNotes(join(folder, 'other.jsonl'), false), 1e6)
    expect(whole).toBeGreaterThan(20)

    const cut = new LongNotes(file, false)
    expect(() => compareInParts('cut', TEXT, cut, 7, (done) => done >= 14)).toThrow('cut')
    appendFileSync(file, '{"name":"cut","comp')
    const notes = new LongNotes(file, true)
    expect(notes.of('cut')).toMatchObject({ compared: 14 })
    expect(compareInParts('cut', TEXT, notes, 7)).toBe(whole)
    expect(notes.of('cut')).toMatchObject({ compared: whole, walk: null })
    // What is done is not done again.
    expect(compareInParts('cut', TEXT, notes, 7, () => true)).toBe(whole)
  })
})
