/** Entry files of a build: the first is needed, the others are worker entries that a host may or may not have. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

/** Names → paths of the entries `folder/NAME.ts` that exist; the first must exist, or the build fails naming it. */
export function existingEntries(folder: string, names: readonly string[]): Record<string, string> {
  const entries: Record<string, string> = {}
  names.forEach((name, index) => {
    const path = resolve(folder, `${name}.ts`)
    if (existsSync(path)) entries[name] = path
    else if (index === 0) throw new Error(`the entry ${path} does not exist`)
  })
  return entries
}
