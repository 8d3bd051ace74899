/**
 * The API reference: every function, value and type of the surface with its contract, and the methods of the types,
 * read from the declarations.
 */
import { paragraphsOf } from './doc-comment.ts'
import { typeEntries } from './reference-types.ts'

export interface Entry {
  readonly name: string
  readonly module: string
  /** `get_page(page: page): void` */
  readonly signature: string
  /** Paragraphs of the contract. */
  readonly paragraphs: readonly string[]
  /** The line that a program begins with to use it. */
  readonly importLine: string
  /** Fields of a type, each as it is declared, with what it means. */
  readonly fields?: readonly { readonly signature: string; readonly text: string }[]
}

const DECLARED = /(?:\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*)?export (?:function|const|class) ([\w$]+)([^\n]*)/g

export function entriesOf(declarations: readonly { readonly module: string; readonly text: string }[]): Entry[] {
  const found = new Map<string, Entry>()
  for (const { module, text } of declarations) {
    for (const [, comment, name, rest] of text.matchAll(DECLARED)) {
      if (name === undefined) continue
      const entry = {
        name,
        module,
        signature: `${name}${rest ?? ''}`,
        paragraphs: paragraphsOf(comment ?? ''),
        importLine: `import { ${name} } from '${module}'`,
      }
      const before = found.get(name)
      // `linux` has everything of its parts again: the module that says most is the one to name.
      if (before === undefined || isBetter(entry, before)) found.set(name, entry)
    }
  }
  for (const entry of typeEntries(declarations)) if (!found.has(entry.name)) found.set(entry.name, entry)
  return [...found.values()].sort((a, b) => plainName(a).localeCompare(plainName(b), 'en'))
}

/** What an entry is sorted by: `__free_page` stands beside `free_page`, not above everything. */
function plainName({ name }: Entry): string {
  return name.replace(/^_+/, '')
}

function isBetter(entry: Entry, than: Entry): boolean {
  if (entry.paragraphs.length > 0 !== than.paragraphs.length > 0) return entry.paragraphs.length > 0
  return than.module === 'linux' && entry.module !== 'linux'
}

/** Entries for what is typed, best first: the name counts more than the words of the contract. */
export function findEntries(entries: readonly Entry[], query: string, most: number): Entry[] {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const scored = entries.flatMap((entry, at) => {
    const name = entry.name.toLowerCase()
    const fields = (entry.fields ?? []).map((field) => `${field.signature} ${field.text}`)
    const text = [entry.module, ...entry.paragraphs, ...fields].join(' ').toLowerCase()
    let score = 0
    for (const word of words) {
      if (name === word) score += 200
      else if (name.startsWith(word)) score += 100
      else if (name.includes(word)) score += 50
      else if (text.includes(word)) score += 5
      else return []
    }
    return [{ entry, at, score }]
  })
  return scored
    .sort((a, b) => b.score - a.score || a.at - b.at)
    .slice(0, most)
    .map(({ entry }) => entry)
}
