/** What a person has done in the lessons. Kept in this browser; exported and imported as a small JSON file. */
import { damaged, readOurs } from '../core/import-file.ts'
import { isRecord, readStored, writeStored } from '../core/storage.ts'

export interface LessonProgress {
  /** Steps done, by number. */
  readonly done: readonly number[]
  /** True once every step was done. */
  readonly finished: boolean
  /** Answers given, by id of the question. */
  readonly answers: Readonly<Record<string, string>>
}

export type Progress = Readonly<Record<string, LessonProgress>>

export const NOTHING_DONE: LessonProgress = { done: [], finished: false, answers: {} }
const SCHEMA = 'pageward.progress/1'

export function readProgress(): Progress {
  return checked(readStored('lessons')['progress'])
}

/** Answers whether it was kept. */
export function writeProgress(progress: Progress): boolean {
  return writeStored('lessons', { progress })
}

export function exportProgress(progress: Progress): string {
  return `${JSON.stringify({ schema: SCHEMA, progress }, null, 2)}\n`
}

/** The progress of an exported file joined with what is there: nothing done is lost. Throws with a sentence. */
export function importProgress(text: string, now: Progress, name = 'This file'): Progress {
  const { progress } = readOurs(text, name, 'pageward.progress')
  if (!isRecord(progress)) throw damaged(name, 'it holds no progress')
  const merged: Record<string, LessonProgress> = { ...now }
  for (const [id, theirs] of Object.entries(checked(progress))) {
    const mine = now[id] ?? NOTHING_DONE
    merged[id] = {
      done: [...new Set([...mine.done, ...theirs.done])].sort((a, b) => a - b),
      finished: mine.finished || theirs.finished,
      answers: { ...theirs.answers, ...mine.answers },
    }
  }
  return merged
}

function checked(value: unknown): Progress {
  const progress: Record<string, LessonProgress> = {}
  if (!isRecord(value)) return progress
  for (const [id, entry] of Object.entries(value)) {
    if (!isRecord(entry)) continue
    const { done, finished, answers } = entry
    progress[id] = {
      done: Array.isArray(done) ? done.filter((n): n is number => Number.isSafeInteger(n)) : [],
      finished: finished === true,
      answers: isRecord(answers)
        ? Object.fromEntries(Object.entries(answers).map(([key, text]) => [key, String(text)]))
        : {},
    }
  }
  return progress
}
