import { describe, expect, it } from 'vitest'
import { fit, matches } from './match.ts'

const list = ['Show panel: Memory map', 'Run', 'Era: v6.14', 'Go to the editor'].map((title) => ({ title, group: 'x' }))

describe('what is typed into the palette', () => {
  it('fits by the starts of words, in any order', () => {
    expect(matches(list, 'map show', 9).map((each) => each.title)).toEqual(['Show panel: Memory map'])
  })
  it('fits letters that are spread over the title', () => {
    expect(fit('memory map', 'mmp', true)).toBeGreaterThan(0)
    expect(fit('memory map', 'pmm', true)).toBe(-1)
  })
  it('takes spread letters only where nothing else fits', () => {
    expect(matches(list, 'ed', 9).map((each) => each.title)).toEqual(['Go to the editor'])
    expect(matches(list, 'mmp', 9)).toHaveLength(1)
  })
  it('prefers the start of a title', () => {
    expect(matches(list, 'e', 9)[0]?.title).toBe('Era: v6.14')
  })
  it('shows everything, in order, when nothing is typed', () => {
    expect(matches(list, '', 2).map((each) => each.title)).toEqual(['Show panel: Memory map', 'Run'])
  })
})
