/** The lessons that ship, read from their folders. */
import { readdirSync, readFileSync } from 'node:fs'
import type { Lesson, LessonFiles } from '../../src-core/lessons/lesson.ts'
import { parseLesson } from '../../src-core/lessons/parse.ts'
import { at } from '../paths.mjs'

const FOLDER = 'examples/lessons'

export interface ShippedLesson {
  readonly lesson: Lesson
  readonly files: LessonFiles
}

/** Every lesson that ships, in order. Throws if one cannot be read. */
export function shippedLessons(): ShippedLesson[] {
  return readdirSync(at(FOLDER), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort()
    .map((id) => {
      const names = readdirSync(at(FOLDER, id)).sort()
      const files = Object.fromEntries(names.map((name) => [name, readFileSync(at(FOLDER, id, name), 'utf8')]))
      const { lesson, problems } = parseLesson(id, files['lesson.md'] ?? '')
      if (lesson === null) throw new Error(`${id}: ${problems.map(({ message }) => message).join('; ')}`)
      return { lesson, files }
    })
}

/** Wrong answers that a lesson keeps in its own language. */
export function wrongAnswers({ files }: ShippedLesson): string[] {
  return Object.keys(files).filter((name) => /^wrong-\d+\.ts$/.test(name))
}
