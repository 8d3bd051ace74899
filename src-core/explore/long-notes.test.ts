import { describe, expect, it } from 'vitest'
import { compareInParts } from './testing/compare.ts'
import { LongNotes } from './testing/long-notes.ts'
import { programOf } from './testing/small-programs.ts'

const TEXT = programOf([
  ['WRITE_ONCE(x, ID)', 'READ_ONCE(x)', 'WRITE_ONCE(x, ID)'],
  ['WRITE_ONCE(x, ID)', 'READ_ONCE(x)', 'READ_ONCE(x)'],
])

describe('a comparison in parts', () => {
  it('sees as many interleavings as one that is whole, also when it was cut', () => {
    const whole = compareInParts('whole', TEXT, new LongNotes('', () => undefined), 1e6)
    expect(whole).toBeGreaterThan(20)

    let file = ''
    const append = (line: string): void => void (file += line)
    const cut = new LongNotes('', append)
    expect(() => compareInParts('cut', TEXT, cut, 7, (done) => done >= 14)).toThrow('cut')
    const notes = new LongNotes(`${file}{"name":"cut","comp`, append)
    expect(notes.of('cut')).toMatchObject({ compared: 14 })
    expect(compareInParts('cut', TEXT, notes, 7)).toBe(whole)
    expect(notes.of('cut')).toMatchObject({ compared: whole, walk: null })
    // What is done is not done again.
    expect(compareInParts('cut', TEXT, notes, 7, () => true)).toBe(whole)
  })
})
