/** Why a mutant was not diagnosed, from what the two runs did: never from what the program looks like. */
import { Mark } from '../../src-core/ownership/allocation-table.ts'
import { AllocationKind } from '../../src-core/trace/allocation-kind.ts'
import { Family, Flag, OP_FAMILY } from '../../src-core/trace/ops.ts'
import type { Mutant } from './mutants.ts'
import type { Judged } from './run.ts'

export const MISSED = 'missed'

/** The reason, in words for the table; MISSED if the runs give none. */
export function explain(original: Judged, mutant: Judged, change: Mutant): string {
  if (!reached(original, change.line) && !reached(mutant, change.line)) return 'not reached: the line never ran'
  const before = rows(original)
  const after = rows(mutant)
  if (before.join('\n') === after.join('\n')) return 'same trace: the run is the same, step by step'
  if (mutant.outcome !== 'completed') return MISSED
  if (change.operator === 'duplicate-release' && tookNothing(original, mutant)) {
    return 'legal: the second call takes nothing (NULL, or a conditional release that says so)'
  }
  if (change.operator === 'use-after-release') {
    return usedInTime(mutant) ? 'legal: the memory was still held, or given away, when it was used' : MISSED
  }
  const left = heldAtEnd(mutant)
  const leftBefore = heldAtEnd(original)
  if (left > leftBefore) return MISSED
  if (change.operator === 'delete-release') return 'legal: everything was given back all the same'
  if ([...before].sort().join('\n') === [...after].sort().join('\n') || left === leftBefore) {
    return 'legal: the order does not matter: nothing of the one is left on the other'
  }
  return MISSED
}

/** True if a step of the run stands in a line. */
function reached({ program, chunks }: Judged, line: number): boolean {
  return chunks.some(({ ops, opCount }) => {
    for (let i = 0; i < opCount; i++) {
      const site = program.sites[ops.site[i] ?? 0]
      if (site !== undefined && site.file === program.files.length - 1 && site.line <= line && line <= site.endLine)
        return true
    }
    return false
  })
}

/** What each step did, without its place. */
function rows({ chunks }: Judged): string[] {
  return chunks.flatMap(({ ops, opCount }) =>
    Array.from({ length: opCount }, (_, i) =>
      [ops.kind[i], ops.task[i], ops.allocation[i], ops.subject[i], ops.a[i], ops.b[i], ops.flags[i]].join(' '),
    ),
  )
}

/** True if the mutant's additional releases all were of NULL, or failed as they may. */
function tookNothing(original: Judged, mutant: Judged): boolean {
  const count = (run: Judged): number =>
    run.chunks.reduce((sum, { ops, opCount }) => {
      for (let i = 0; i < opCount; i++) {
        const family = OP_FAMILY[ops.kind[i] ?? 0]
        const releases =
          family === Family.FREE || family === Family.PUT || family === Family.UNMAP || family === Family.LRU
        if (releases && ((ops.flags[i] ?? 0) & (Flag.NULL | Flag.FAILED | Flag.DECLINED)) === 0) sum++
      }
      return sum
    }, 0)
  return count(mutant) <= count(original)
}

/** True if no access came after the end of the memory it reached. */
function usedInTime({ chunks, ledger }: Judged): boolean {
  const table = ledger.allocations
  return chunks.every(({ ops, opCount, firstStep }) => {
    for (let i = 0; i < opCount; i++) {
      const family = OP_FAMILY[ops.kind[i] ?? 0]
      const id = ops.allocation[i] ?? 0
      if ((family !== Family.READ && family !== Family.WRITE) || id === 0) continue
      const freed = table.freedAt(id)
      if (freed !== 0 && freed < firstStep + i) return false
    }
    return true
  })
}

/** Memory and rights that are left at the end. */
function heldAtEnd({ ledger }: Judged): number {
  const { allocations: table, rights } = ledger
  let left = 0
  for (let id = 1; id <= table.lastId; id++) {
    const kind = table.kind(id)
    if (kind === AllocationKind.SLAB || kind === AllocationKind.FOREIGN) continue
    if ((table.mark(id) & Mark.FREED) === 0 && table.ownerEnd(id) === 0) left++
  }
  for (let right = 1; right <= rights.last; right++) if (rights.to(right) === 0) left++
  return left
}
