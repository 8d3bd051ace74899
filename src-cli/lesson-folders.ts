/** Lesson folders on disk: those that ship with Pageward, or a teacher's. */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import type { LessonFiles } from '../src-core/lessons/lesson.ts'
import { UsageError } from './exit.ts'
import { readText } from './program-files.ts'

export interface LessonFolder {
  readonly id: string
  /** Path as given. */
  readonly path: string
  readonly files: LessonFiles
}

/** The lessons that ship, bundled: the command works from any folder. */
const BUNDLED = import.meta.glob<string>('../examples/lessons/*/*.{md,ts}', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const EXAMPLES = import.meta.glob('../examples/drivers/*/example.json')

/** Every lesson that ships, in order. */
export function bundledLessons(): LessonFolder[] {
  const folders = new Map<string, Record<string, string>>()
  for (const [path, text] of Object.entries(BUNDLED)) {
    const [id = '', name = ''] = path.split('/').slice(-2)
    const files = folders.get(id) ?? {}
    files[name] = text
    folders.set(id, files)
  }
  return [...folders.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, files]) => ({ id, path: `examples/lessons/${id}`, files }))
}

/** Names of the example drivers that ship. */
export function bundledExamples(): string[] {
  return Object.keys(EXAMPLES).map((path) => path.split('/').at(-2) ?? '')
}

/** The lesson in a folder, or the lessons in its folders. Throws UsageError if there is none. */
export function lessonFolders(path: string): LessonFolder[] {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) throw new UsageError(`${path}: no such folder`)
  if (!stat.isDirectory()) throw new UsageError(`${path}: is no folder; a lesson is a folder with a lesson.md`)
  const isLesson = (folder: string): boolean =>
    ['lesson.md', 'start.ts', 'check.ts'].some((name) => existsSync(join(folder, name)))
  if (isLesson(path)) return [readFolder(path)]
  const found = readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && isLesson(join(path, entry.name)))
    .map((entry) => readFolder(join(path, entry.name)))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
  if (found.length === 0) throw new UsageError(`${path}: has no lesson (a folder with a lesson.md)`)
  return found
}

function readFolder(path: string): LessonFolder {
  const files: Record<string, string> = {}
  for (const name of readdirSync(path).sort()) if (/\.(md|ts)$/.test(name)) files[name] = readText(join(path, name))
  return { id: basename(resolve(path)), path, files }
}
