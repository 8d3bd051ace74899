import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Journal, JOURNAL_DELAY, JOURNAL_KEY, type JournalState } from './journal.ts'

function memory() {
  const map = new Map<string, string>()
  return {
    getItem: (key: string) => map.get(key) ?? null,
    setItem: (key: string, value: string) => void map.set(key, value),
  }
}

function state(text: string): JournalState {
  const files = [{ path: 'a.ts', text }]
  const program = { title: 'a', entry: 'a.ts', files, active: 'a.ts', era: null, memory: null, own: true }
  return { current: 'own-1', programs: { 'own-1': program } }
}

describe('the journal', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('writes at most 300 ms after the first unwritten key press, however long typing goes on', () => {
    const storage = memory()
    const journal = new Journal(storage)
    for (let ms = 0; ms < JOURNAL_DELAY; ms += 50) {
      journal.note(state(`typed ${ms}`))
      vi.advanceTimersByTime(50)
    }
    expect(storage.getItem(JOURNAL_KEY)).toContain('typed 250')
  })

  it('gives back what it wrote', () => {
    const storage = memory()
    const journal = new Journal(storage)
    journal.note(state('const a = 1'))
    journal.flush()
    expect(new Journal(storage).read()).toEqual(state('const a = 1'))
  })

  it('loses a damaged program and keeps the others', () => {
    const storage = memory()
    const programs = { ...state('x').programs, broken: { files: 'none' }, nofile: { entry: 'b.ts', files: [] } }
    storage.setItem(JOURNAL_KEY, JSON.stringify({ version: 1, current: 'own-1', programs }))
    expect(Object.keys(new Journal(storage).read().programs)).toEqual(['own-1'])
  })

  it('starts empty when the storage holds something else', () => {
    const storage = memory()
    storage.setItem(JOURNAL_KEY, '{"version":1,')
    expect(new Journal(storage).read()).toEqual({ current: null, programs: {} })
  })

  it('says so when the storage is full, and writes again at the next chance', () => {
    const storage = memory()
    let full = true
    const kept: boolean[] = []
    const setItem = (key: string, value: string): void => {
      if (full) throw new Error('quota')
      storage.setItem(key, value)
    }
    const journal = new Journal({ getItem: storage.getItem, setItem }, (ok) => kept.push(ok))
    journal.note(state('x'))
    journal.flush()
    full = false
    journal.flush()
    expect(kept).toEqual([false, true])
  })

  it('never writes over what another window wrote and this one has not read', () => {
    const storage = memory()
    const heard: JournalState[] = []
    const one = new Journal(storage)
    const two: Journal = new Journal(
      storage,
      () => {},
      (theirs) => {
        heard.push(theirs)
        two.note({ current: 'own-2', programs: { ...theirs.programs, ...state('of both').programs } })
      },
    )
    one.read()
    two.read()
    one.note(state('of one'))
    two.note(state('of two'))
    one.flush()
    two.flush()
    expect(heard).toEqual([state('of one')])
    expect(new Journal(storage).read().programs['own-1']?.files[0]?.text).toBe('of both')
    // Its own writing, and the same text again, are no news.
    two.listen()
    expect(heard).toHaveLength(1)
  })
})
