/** The lessons that come with the app: listed by examples/lessons/index.json, their files loaded when one is opened. */
import { isRecord } from '../core/storage.ts'

export interface LessonEntry {
  readonly id: string
  readonly title: string
  readonly part: string
  readonly idea: string
  readonly level: string
  readonly minutes: number
  readonly requires: readonly string[]
  readonly kinds: readonly string[]
}

const FOLDER = '../../examples/lessons/'
const loaders = import.meta.glob<string>('../../examples/lessons/*/*.{md,ts}', { query: '?raw', import: 'default' })
const index: Record<string, unknown> = import.meta.glob('../../examples/lessons/index.json', {
  import: 'default',
  eager: true,
})
const glossary = import.meta.glob<string>('../../examples/lessons/glossary.md', {
  query: '?raw',
  import: 'default',
})

/** All lessons, in order. */
export const LESSONS: readonly LessonEntry[] = entries(index[`${FOLDER}index.json`])

function entries(listed: unknown): readonly LessonEntry[] {
  return Array.isArray(listed) ? (listed as unknown[]).filter(isRecord).map((row) => row as unknown as LessonEntry) : []
}

/** The files of a lesson: name → text. */
export async function lessonFiles(id: string): Promise<Readonly<Record<string, string>>> {
  const prefix = `${FOLDER}${id}/`
  const mine = Object.entries(loaders).filter(([path]) => path.startsWith(prefix))
  const texts = await Promise.all(mine.map(async ([path, load]) => [path.slice(prefix.length), await load()] as const))
  return Object.fromEntries(texts)
}

/** Glossary: word → explanation. */
export async function glossaryWords(): Promise<ReadonlyMap<string, string>> {
  const text = (await glossary[`${FOLDER}glossary.md`]?.()) ?? ''
  const words = new Map<string, string>()
  for (const part of text.split(/^## /m).slice(1)) {
    const [word = '', ...rest] = part.split('\n')
    words.set(word.trim().toLowerCase(), rest.join(' ').trim())
  }
  return words
}
