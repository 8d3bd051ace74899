/**
 * What other eras say about the same memory. Runs of two eras share no allocation ids or steps, so memory is named by
 * where it was allocated: the site, and the how-manieth allocation of that site it is.
 */
import type { Finding } from '../ownership/finding.ts'
import { AllocationKind } from '../trace/allocation-kind.ts'
import type { RunRecord } from '../trace/record.ts'
import { allocationOf } from './memory-names.ts'
import { Places, type SitesAndFiles } from './places.ts'

/** Codes of severity error, in the order of the run, by name of memory. */
export type MemoryCodes = Pick<ReadonlyMap<string, readonly string[]>, 'get'>

/** What an era says of every memory of a program that it cannot compile: a name is missing there. */
export const NOT_IN_THIS_ERA: MemoryCodes = { get: () => ['not-in-this-era'] }

export interface EraVerdicts {
  /** Era of the report. */
  readonly era: string
  readonly own: MemoryCodes
  /** The other eras, oldest first; null = the run there did not finish. */
  readonly others: ReadonlyMap<string, MemoryCodes | null>
}

/** Name of what a finding is about, equal in every era: its memory, or its place if it has none. */
export function memoryKey(record: RunRecord, places: Places, finding: Finding): string {
  const allocation = allocationOf(record, finding.allocation)
  if (allocation === null) return placeKey(places, finding.step)
  return `${placeKey(places, allocation.step)}#${occurrence(record, places, finding.allocation, allocation.step)}`
}

function placeKey(places: Places, step: number): string {
  const at = places.at(step)
  return at === null ? 'nowhere' : `${at.file}:${at.line}:${at.column}`
}

/** How many allocations the same site made up to this one. Counts rows of the trace; only findings ask. */
function occurrence(record: RunRecord, places: Places, id: number, step: number): number {
  const site = places.siteIndex(step)
  let count = 0
  for (const chunk of record.chunks) {
    for (let row = 0; row < chunk.allocationCount && chunk.firstAllocation + row <= id; row++) {
      // The slab allocator makes slabs inside a kmalloc(): not the program's own.
      if (chunk.allocations.kind[row] === AllocationKind.SLAB) continue
      if (places.siteIndex(chunk.allocations.step[row] ?? 0) === site) count++
    }
  }
  return count
}

/** The codes of a run by memory. Warnings and consequences are not among them. */
export function memoryCodes(
  record: RunRecord,
  program: SitesAndFiles,
  findings: readonly Finding[],
): Map<string, string[]> {
  const places = new Places(record, program)
  const out = new Map<string, string[]>()
  for (const finding of findings) {
    if (finding.severity !== 'error') continue
    const key = memoryKey(record, places, finding)
    const codes = out.get(key)
    if (codes === undefined) out.set(key, [finding.code])
    else if (!codes.includes(finding.code)) codes.push(finding.code)
  }
  return out
}

/** `Diagnosis.eras`: the eras whose codes on this memory differ from the report's own; null = did not finish. */
export function differingEras(verdicts: EraVerdicts, key: string): Record<string, readonly string[] | null> {
  const own = verdicts.own.get(key) ?? []
  const out: Record<string, readonly string[] | null> = {}
  for (const [era, codes] of verdicts.others) {
    if (codes === null) out[era] = null
    else if (!sameCodes(codes.get(key) ?? [], own)) out[era] = codes.get(key) ?? []
  }
  return out
}

function sameCodes(x: readonly string[], y: readonly string[]): boolean {
  return x.length === y.length && x.every((code) => y.includes(code))
}
