/**
 * Which names of the Rust surface an era has (SURFACE §4, KERNEL_FACTS §12.1): folded from what each era adds and takes
 * away. Names that no era mentions are in all of them.
 */
import type { Era, Instead } from './era.ts'
import { DEFAULT_ERA, ERAS, findEra } from './index.ts'

/** A name that an era lacks. */
export interface Missing extends Instead {
  /** Era that brought it, or that took it away. */
  readonly since: string
  /** True if it is to come, false if it is gone. */
  readonly later: boolean
}

const FOLDED = new WeakMap<Era, ReadonlyMap<string, Missing>>()

/** Names that an era lacks, with what to use instead. */
export function missingIn(era: Era): ReadonlyMap<string, Missing> {
  let missing = FOLDED.get(era)
  if (missing === undefined) FOLDED.set(era, (missing = fold(era)))
  return missing
}

function fold(era: Era): ReadonlyMap<string, Missing> {
  const missing = new Map<string, Missing>()
  for (const other of ERAS) {
    if (other.position > era.position) {
      for (const [name, instead] of Object.entries(other.rust.adds)) {
        if (!missing.has(name)) missing.set(name, { ...instead, since: other.id, later: true })
      }
    } else {
      for (const [name, instead] of Object.entries(other.rust.removes))
        missing.set(name, { ...instead, since: other.id, later: false })
    }
  }
  return missing
}

/** Those of some names that an era lacks. */
export function lackedBy(eraId: string, names: readonly string[]): string[] {
  const era = findEra(eraId)
  if (era === undefined || names.length === 0) return []
  const missing = missingIn(era)
  return names.filter((name) => missing.has(name))
}

/**
 * The era of a program that names none: the earliest that has every name it imports from the Rust surface; if there is
 * none, the earliest that lacks the fewest.
 */
export function earliestEra(names: readonly string[]): string {
  let best = DEFAULT_ERA
  let fewest = lackedBy(best, names).length
  for (const { id } of ERAS) {
    const lacks = lackedBy(id, names).length
    if (lacks < fewest) {
      best = id
      fewest = lacks
    }
  }
  return best
}
