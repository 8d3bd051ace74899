/** The examples as the side bar lists them: by level, and only those that somebody looks for. */
import type { Example } from '../../core/examples.ts'

type Listed = Pick<Example, 'id' | 'title' | 'variant' | 'line' | 'level' | 'systems'>

export interface ExampleGroup<T extends Listed> {
  readonly name: string
  readonly list: readonly T[]
}

/** What a level of `examples/index.json` is called. */
const LEVEL_NAMES: Readonly<Record<string, string>> = {
  first: 'To begin with',
  second: 'Then',
  drivers: 'Drivers',
  '': 'Examples',
}

/** Groups in the order of the list, with the examples that have every word of `query` in what is said of them. */
export function exampleGroups<T extends Listed>(examples: readonly T[], query: string): ExampleGroup<T>[] {
  const words = query.toLowerCase().split(/\s+/)
  const groups = new Map<string, T[]>()
  for (const each of examples) {
    const text = [each.title, each.line, each.id, ...each.systems].join(' ').toLowerCase()
    if (!words.every((word) => text.includes(word))) continue
    groups.set(each.level, [...(groups.get(each.level) ?? []), each])
  }
  return [...groups].map(([level, list]) => ({ name: LEVEL_NAMES[level] ?? level, list }))
}
