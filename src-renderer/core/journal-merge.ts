/**
 * Two windows on one journal: what the other window wrote, joined with what this one has. `base` is what both had when
 * they last agreed. Whoever changed a program alone wins; if both did, both texts are kept.
 */
import type { KeptProgram } from './journal.ts'

export type Programs = Readonly<Record<string, KeptProgram>>

/** A program that both windows changed. */
export interface BothKept {
  readonly id: string
  readonly title: string
  /** Id of the program that the text of this window is now. */
  readonly copy: string
}

export interface Merged {
  readonly programs: Programs
  /** Ids whose text here is the other window's now. */
  readonly taken: readonly string[]
  readonly conflicts: readonly BothKept[]
}

export function mergeJournals(base: Programs, mine: Programs, theirs: Programs): Merged {
  const programs: Record<string, KeptProgram> = { ...mine }
  const taken: string[] = []
  const conflicts: BothKept[] = []
  for (const [id, other] of Object.entries(theirs)) {
    const here = mine[id]
    const before = base[id]
    if (here !== undefined && same(here, other)) continue
    const changedHere = !same(here, before)
    const changedThere = !same(other, before)
    if (!changedThere) continue
    if (!changedHere || here === undefined) {
      programs[id] = other
      taken.push(id)
      continue
    }
    const copy = freeId(programs, theirs)
    programs[id] = other
    programs[copy] = { ...here, title: `${here.title} (second window)`, own: true }
    conflicts.push({ id, title: here.title, copy })
  }
  for (const [id, here] of Object.entries(mine)) {
    // Deleted there, untouched here.
    if (theirs[id] === undefined && base[id] !== undefined && same(here, base[id])) {
      delete programs[id]
      taken.push(id)
    }
  }
  return { programs, taken, conflicts }
}

/** Whether two programs have the same text, era and machine; which file is in front does not matter. */
function same(a: KeptProgram | undefined, b: KeptProgram | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return (
    a.title === b.title &&
    a.entry === b.entry &&
    a.era === b.era &&
    a.memory === b.memory &&
    a.files.length === b.files.length &&
    a.files.every((file, at) => file.path === b.files[at]?.path && file.text === b.files[at].text)
  )
}

function freeId(programs: Programs, theirs: Programs): string {
  let number = 1
  while (programs[`own-${number}`] !== undefined || theirs[`own-${number}`] !== undefined) number += 1
  return `own-${number}`
}
