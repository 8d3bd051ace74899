/** The programs opened last, on every host: kept in this browser's storage, newest first. */
import { isRecord, readStored, writeStored } from './storage.ts'

export interface RecentProgram {
  readonly id: string
  readonly title: string
}

/** Programs that are remembered. */
export const MOST_RECENT = 12

export function readRecent(): readonly RecentProgram[] {
  const list: unknown = readStored('recent')['programs']
  if (!Array.isArray(list)) return []
  return (list as unknown[]).flatMap((each) => {
    if (!isRecord(each) || typeof each['id'] !== 'string' || typeof each['title'] !== 'string') return []
    return [{ id: each['id'], title: each['title'] }]
  })
}

/** The list with a program at its front; it is kept. */
export function noteRecent(list: readonly RecentProgram[], id: string, title: string): readonly RecentProgram[] {
  const next = [{ id, title }, ...list.filter((each) => each.id !== id)].slice(0, MOST_RECENT)
  writeStored('recent', { programs: next })
  return next
}
