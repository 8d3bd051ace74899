import { describe, expect, it } from 'vitest'
import type { KeptProgram } from './journal.ts'
import { mergeJournals } from './journal-merge.ts'

function program(text: string): KeptProgram {
  const files = [{ path: 'a.ts', text }]
  return { title: 'a.ts', entry: 'a.ts', files, active: 'a.ts', era: null, memory: null, own: true }
}
const texts = (programs: Readonly<Record<string, KeptProgram>>) =>
  Object.fromEntries(Object.entries(programs).map(([id, each]) => [id, each.files[0]?.text]))

describe('two windows on one journal', () => {
  const base = { 'own-1': program('old'), 'own-2': program('other') }

  it('take what only the other one changed, made or deleted', () => {
    const theirs = { 'own-1': program('new'), 'own-3': program('made') }
    const { programs, conflicts } = mergeJournals(base, base, theirs)
    expect(texts(programs)).toEqual({ 'own-1': 'new', 'own-3': 'made' })
    expect(conflicts).toEqual([])
  })
  it('keep what was changed here alone', () => {
    const mine = { ...base, 'own-1': program('mine') }
    expect(texts(mergeJournals(base, mine, base).programs)['own-1']).toBe('mine')
    expect(texts(mergeJournals(base, mine, { 'own-2': program('other') }).programs)['own-1']).toBe('mine')
  })
  it('keep both texts of what both changed', () => {
    const mine = { ...base, 'own-1': program('mine') }
    const theirs = { ...base, 'own-1': program('theirs') }
    const { programs, conflicts } = mergeJournals(base, mine, theirs)
    expect(texts(programs)).toEqual({ 'own-1': 'theirs', 'own-2': 'other', 'own-3': 'mine' })
    expect(programs['own-3']?.title).toBe('a.ts (second window)')
    expect(conflicts).toEqual([{ id: 'own-1', title: 'a.ts', copy: 'own-3' }])
  })
})
