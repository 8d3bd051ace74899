import { describe, expect, it } from 'vitest'
import { runEndLabel, runEndNote } from './run-end.ts'

const ended = (limit: 'steps' | 'turns' | 'memory' | 'seconds' | 'interrupted') =>
  ({ outcome: 'budget', budget: { limit, message: '', at: { file: 'a.ts', line: 3, column: 1 } } }) as const

describe('how a run ended', () => {
  it('is nothing to tell when the program came to its end', () => {
    expect(runEndNote({ outcome: 'completed' })).toBeNull()
    expect(runEndLabel({ outcome: 'completed' })).toBeNull()
  })

  it('says first what can be done in the app, and where', () => {
    const note = runEndNote(ended('memory'))
    expect(note).toMatch(/1 GiB.*print less often.*a\.ts:3/)
    expect(note?.indexOf('--memory-limit')).toBeGreaterThan(note?.indexOf('less often') ?? 0)
    expect(runEndNote(ended('steps'))).toMatch(/5 million steps.*fewer turns/)
    expect(runEndNote(ended('seconds'))).toMatch(/after 3 s/)
  })

  it('names no flag where none would help', () => {
    for (const limit of ['turns', 'interrupted'] as const) expect(runEndNote(ended(limit))).not.toContain('--')
  })

  it('is short in the status bar', () => {
    expect(runEndLabel(ended('turns'))).toBe('ended early: turns')
    expect(runEndLabel({ outcome: 'oops' })).toBe('a task died (oops)')
  })
})
