/** The examples that come with the app: `examples/drivers`, listed by `examples/index.json`. */
import type { SourceFile } from '../../src-core/compiler/contract.ts'
import { parseLook, type ExampleLook } from './look.ts'
import { isRecord } from './storage.ts'

export interface Example {
  readonly id: string
  readonly title: string
  /** A second look at the example before it: its listed title starts with dots, `title` then names both. */
  readonly variant: string | null
  /** One sentence: what to look at. */
  readonly line: string
  readonly level: string
  readonly systems: readonly string[]
  /** Path of the program among `files`. */
  readonly entry: string
  readonly files: readonly SourceFile[]
  /** The moment to show when it is opened; null = where its run leaves the playhead. */
  readonly look: ExampleLook | null
}

const DRIVERS = '../../examples/drivers/'
const sources: Record<string, string> = import.meta.glob('../../examples/drivers/**/*.ts', {
  query: '?raw',
  import: 'default',
  eager: true,
})
const index: Record<string, unknown> = import.meta.glob('../../examples/index.json', { import: 'default', eager: true })

/** The example that a first start opens. */
export const FIRST_EXAMPLE = 'slab-uaf/slab-uaf.ts'

let known: readonly Example[] | null = null

export function examples(): readonly Example[] {
  known ??= collectExamples(index['../../examples/index.json'], stripPrefix(sources))
  return known
}

/** The list from the index and the sources (path below `examples/drivers` → text); rows without a file fall out. */
export function collectExamples(listed: unknown, texts: Readonly<Record<string, string>>): readonly Example[] {
  const rows = Array.isArray(listed) ? (listed as unknown[]) : Object.keys(texts).map((file) => ({ file }))
  let main = ''
  return rows.flatMap((row) => {
    if (!isRecord(row) || typeof row['file'] !== 'string') return []
    const file = row['file'].replace(/^(\.\/)?(examples\/)?(drivers\/)?/, '')
    const text = texts[file]
    if (text === undefined) return []
    const folder = file.slice(0, file.lastIndexOf('/') + 1)
    const word = (key: string): string => (typeof row[key] === 'string' ? row[key] : '')
    const listedTitle = word('title') || file.slice(folder.length)
    const variant = /^(?:…|\.\.\.)\s*(.+)$/.exec(listedTitle)?.[1] ?? null
    if (variant === null) main = listedTitle
    const systems: unknown[] = Array.isArray(row['systems']) ? row['systems'] : []
    return [
      {
        id: word('id') || file,
        title: variant === null ? main : `${main}: ${variant}`,
        variant,
        line: word('line'),
        level: word('level'),
        systems: systems.filter((each) => typeof each === 'string'),
        entry: file.slice(folder.length),
        files: withImports(file, folder, texts),
        look: parseLook(row['look'], file.slice(folder.length)),
      },
    ]
  })
}

const RELATIVE_IMPORT = /\b(?:from|import)\s*['"](\.{1,2}\/[^'"]+)['"]/g

/** The entry and what it imports with a relative path, entry first; paths relative to the entry's folder. */
function withImports(entry: string, folder: string, texts: Readonly<Record<string, string>>): SourceFile[] {
  const found = new Map<string, string>()
  const visit = (file: string): void => {
    const text = texts[file]
    if (text === undefined || found.has(file)) return
    found.set(file, text)
    const here = file.slice(0, file.lastIndexOf('/') + 1)
    for (const match of text.matchAll(RELATIVE_IMPORT)) {
      const target = new URL(here + match[1], 'file:///').pathname.slice(1)
      for (const candidate of [target, `${target}.ts`]) visit(candidate)
    }
  }
  visit(entry)
  return [...found].map(([file, text]) => ({ path: file.startsWith(folder) ? file.slice(folder.length) : file, text }))
}

function stripPrefix(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path.slice(DRIVERS.length), text]))
}
