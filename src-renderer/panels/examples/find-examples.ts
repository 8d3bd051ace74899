/** The examples as the side bar lists them: by level, and only those that somebody looks for. */
import type { Example } from '../../core/examples.ts'

type Listed = Pick<Example, 'id' | 'title' | 'variant' | 'line' | 'level' | 'systems'>

export interface ExampleGroup<T extends Listed> {
  readonly name: string
  readonly list: readonly T[]
  /** Ids of those that stand below the example that they are a second look at: their short title is enough. */
  readonly below: ReadonlySet<string>
}

/** What a level of `examples/index.json` is called. */
const LEVEL_NAMES: Readonly<Record<string, string>> = {
  first: 'To begin with',
  second: 'Then',
  drivers: 'Drivers',
  '': 'Examples',
}

/**
 * Groups in the order of the list, with the examples that have every word of `query` in what is said of them. A variant
 * follows its main example in `examples`.
 */
export function exampleGroups<T extends Listed>(examples: readonly T[], query: string): ExampleGroup<T>[] {
  const words = query.toLowerCase().split(/\s+/)
  const groups = new Map<string, { name: string; list: T[]; below: Set<string> }>()
  let isMainListed = false
  for (const each of examples) {
    const text = [each.title, each.line, each.id, ...each.systems].join(' ').toLowerCase()
    const isFound = words.every((word) => text.includes(word))
    if (each.variant === null) isMainListed = isFound
    if (!isFound) continue
    const group = groups.get(each.level) ?? { name: LEVEL_NAMES[each.level] ?? each.level, list: [], below: new Set() }
    group.list.push(each)
    if (each.variant !== null && isMainListed) group.below.add(each.id)
    groups.set(each.level, group)
  }
  return [...groups.values()]
}
