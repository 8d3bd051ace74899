/** Totals of an area of the timeline: what happened between two steps, counted from the trace. */
import { Field } from '../../trace/fields.ts'
import { Family, Flag, OP_FAMILY } from '../../trace/ops.ts'
import type { Calls, TimelineTotals } from '../messages.ts'
import type { RunView } from './run-view.ts'

/** Answers `totals`; `from` and `to` are both in it. */
export function timelineTotals(view: RunView, ask: Calls['totals']['ask']): TimelineTotals {
  const from = Math.max(1, Math.min(ask.from, ask.to))
  const to = Math.min(view.steps, Math.max(ask.from, ask.to))
  const families = new Uint32Array(256)
  const byTask: number[] = []
  let failed = 0
  let deltas = 0
  let written = 0
  for (const chunk of view.store.chunks) {
    const first = Math.max(0, from - chunk.firstStep)
    const last = Math.min(chunk.opCount - 1, to - chunk.firstStep)
    if (last < first) continue
    const { kind, task, flags, deltaEnd } = chunk.ops
    for (let row = first; row <= last; row++) {
      families[OP_FAMILY[kind[row]]]++
      byTask[task[row]] = (byTask[task[row]] ?? 0) + 1
      if ((flags[row] & Flag.FAILED) !== 0) failed++
    }
    const begin = first === 0 ? 0 : deltaEnd[first - 1]
    deltas += deltaEnd[last] - begin
    const { field, new: value } = chunk.deltas
    for (let d = begin; d < deltaEnd[last]; d++) {
      if (field[d] === Field.BYTES || field[d] === Field.FILL) written += value[d]
    }
  }
  const { allocations } = view.run.ledger
  let made = 0
  let madeBytes = 0
  let freed = 0
  let freedBytes = 0
  for (let id = 1; id <= allocations.lastId; id++) {
    const born = allocations.bornAt(id)
    const end = allocations.freedAt(id)
    if (born >= from && born <= to) {
      made++
      madeBytes += allocations.size(id)
    }
    if (end >= from && end <= to) {
      freed++
      freedBytes += allocations.size(id)
    }
  }
  return {
    from,
    to,
    steps: Math.max(0, to - from + 1),
    deltas,
    made,
    madeBytes,
    freed,
    freedBytes,
    gets: families[Family.GET],
    puts: families[Family.PUT],
    maps: families[Family.MAP],
    unmaps: families[Family.UNMAP],
    reads: families[Family.READ],
    writes: families[Family.WRITE],
    writtenBytes: written,
    failed,
    violations: view.violations.filter(({ step }) => step >= from && step <= to).length,
    tasks: byTask.flatMap((steps, task) => (steps > 0 ? [{ task, steps }] : [])),
  }
}
