/** The steps that concern a target: found by one scan of the trace, then kept while the person looks at it. */
import { AllocationKind } from '../../trace/allocation-kind.ts'
import type { TraceChunk } from '../../trace/chunk.ts'
import { Field } from '../../trace/fields.ts'
import { Family, OP_FAMILY } from '../../trace/ops.ts'
import type { Target } from '../messages.ts'
import { isFrameField } from './frame-deltas.ts'
import type { RunView } from './run-view.ts'
import { subjectFrame } from './subjects.ts'

/** Name of a target in caches. */
export function targetKey(target: Target): string {
  return 'allocation' in target ? `a${target.allocation}` : `p${target.pfn}`
}

/**
 * Steps that made, name, changed or gave back the target, in order. Of an object they include gets, puts and mappings
 * of its slab page while it lived.
 */
export function stepsOf(view: RunView, target: Target): Uint32Array {
  return view.stepsCache.get(targetKey(target), () =>
    'allocation' in target ? stepsOfAllocation(view, target.allocation) : stepsOfFrame(view, target.pfn),
  )
}

function stepsOfAllocation(view: RunView, id: number): Uint32Array {
  const { allocations } = view.run.ledger
  const born = allocations.bornAt(id)
  if (born === 0) return new Uint32Array(0)
  const freed = allocations.freedAt(id)
  const slab = allocations.slab(id)
  const record = view.store.allocation(id)
  const first = record === null || !isFolio(record.kind) ? -1 : record.base
  const frames = first < 0 || record === null ? 0 : view.frameCount(record)
  const steps: number[] = []
  for (const chunk of view.store.chunks) {
    const { allocation, kind, deltaEnd } = chunk.ops
    let batched = first < 0 ? chunk.deltaCount : nextBatched(chunk, 0, first, frames)
    const { firstStep, opCount } = chunk
    for (let row = Math.max(0, born - firstStep); row < opCount; row++) {
      const named = allocation[row]
      const step = firstStep + row
      let moved = false
      while (batched < deltaEnd[row]) {
        moved = true
        batched = nextBatched(chunk, batched + 1, first, frames)
      }
      if (named === id || step === born || step === freed || (moved && (freed === 0 || step < freed))) steps.push(step)
      else if (slab !== 0 && named === slab && (freed === 0 || step <= freed) && takesPage(kind[row])) steps.push(step)
    }
  }
  return Uint32Array.from(steps)
}

/** True for memory whose pages wait for their LRU list in batches: a drain changes their counts, and names nobody. */
function isFolio(kind: number): boolean {
  return kind === AllocationKind.ANONYMOUS
}

/** First delta at or after `from` that puts one of these frames into a batch or takes it out. */
function nextBatched(chunk: TraceChunk, from: number, first: number, frames: number): number {
  const { field, index } = chunk.deltas
  for (let d = from; d < chunk.deltaCount; d++) {
    if (field[d] === Field.LRU_BATCH && index[d] >= first && index[d] < first + frames) return d
  }
  return chunk.deltaCount
}

/** True for operations on a slab page that concern its objects too. */
function takesPage(op: number): boolean {
  const family = OP_FAMILY[op]
  return family === Family.GET || family === Family.PUT || family === Family.MAP || family === Family.UNMAP
}

function stepsOfFrame(view: RunView, pfn: number): Uint32Array {
  const { pageShift } = view.info
  const steps: number[] = []
  for (const chunk of view.store.chunks) {
    const { kind, subject, deltaEnd } = chunk.ops
    let next = nextTouch(chunk, 0, pfn, pageShift)
    for (let row = 0; row < chunk.opCount; row++) {
      const end = deltaEnd[row]
      if (next >= end && subjectFrame(kind[row], subject[row], pageShift) !== pfn) continue
      steps.push(chunk.firstStep + row)
      if (next < end) next = nextTouch(chunk, end, pfn, pageShift)
    }
  }
  return Uint32Array.from(steps)
}

/** First delta at or after `from` that changes a frame, its bytes, an object in it or a mapping of it. */
function nextTouch(chunk: TraceChunk, from: number, pfn: number, pageShift: number): number {
  const { field, index, old, new: value } = chunk.deltas
  const pageSize = 2 ** pageShift
  const start = pfn * pageSize
  const end = start + pageSize
  for (let d = from; d < chunk.deltaCount; d++) {
    const what = field[d]
    const at = index[d]
    if (isFrameField(what)) {
      if (at === pfn) return d
    } else if (what === Field.OBJECT) {
      if (at * 8 >= start && at * 8 < end) return d
    } else if (what === Field.BYTES || what === Field.FILL) {
      if (at < end && at + Math.max(value[d], 1) > start) return d
    } else if (what === Field.VMAP && (old[d] === pfn + 1 || value[d] === pfn + 1)) return d
  }
  return chunk.deltaCount
}
