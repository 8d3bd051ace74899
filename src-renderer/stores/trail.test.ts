import { describe, expect, it } from 'vitest'
import type { StepRow } from '../../src-core/protocol/messages.ts'
import { effectsOf, lineNeighbour } from './trail.ts'

const row = (line: number, effect = '', file = 'a.ts') => ({ line, effect, file }) as StepRow
const ROWS = [row(1, 'ref 0 → 1'), row(2, 'ref 1 → 2'), row(2, 'mapped'), row(3), row(2, 'ref 2 → 3')]

describe('what lines did', () => {
  it('joins the effects of one visit of a line', () => {
    expect(effectsOf(ROWS.slice(0, 3), 'a.ts').get(2)).toBe('ref 1 → 2, mapped')
  })
  it('shows the last visit of a line that ran again', () => {
    expect(effectsOf(ROWS, 'a.ts').get(2)).toBe('ref 2 → 3')
  })
  it('leaves lines of other files out', () => {
    expect(effectsOf(ROWS, 'b.ts').size).toBe(0)
  })

  it('are told in a sentence, however often a loop visits a line', () => {
    const many = Array.from({ length: 4000 }, () => ROWS[0]!)
    const text = effectsOf(many, 'a.ts').get(ROWS[0]!.line)!
    expect(text).toContain(' and 3,994 more')
    expect(text.length).toBeLessThan(6 * (ROWS[0]!.effect.length + 2) + 20)
    expect(effectsOf(many, 'a.ts', 2).get(ROWS[0]!.line)).toBe(`${ROWS[0]!.effect}, ${ROWS[0]!.effect}`)
  })
})

describe('stepping by line', () => {
  it('goes over all steps of a line', () => {
    expect(lineNeighbour(ROWS, 2, 1)).toBe(4)
    expect(lineNeighbour(ROWS, 0, 1)).toBe(1)
  })
  it('goes back to the first step of the line before', () => {
    expect(lineNeighbour(ROWS, 4, -1)).toBe(2)
    expect(lineNeighbour(ROWS, 3, -1)).toBe(1)
    expect(lineNeighbour(ROWS, 1, -1)).toBe(0)
  })
  it('steps one by one where no rows are known', () => {
    expect(lineNeighbour(ROWS, 9, 1)).toBe(10)
    expect(lineNeighbour(ROWS, 9, -1)).toBe(8)
  })
})
