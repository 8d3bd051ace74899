/** Which frames a delta changes, and the deltas between two steps. */
import type { TraceChunk } from '../../trace/chunk.ts'
import { Field, LAST_FIELD } from '../../trace/fields.ts'
import type { TraceStore } from '../../trace/store.ts'

/** True for the fields whose index is a pfn. */
const BY_FRAME = new Uint8Array(LAST_FIELD + 1)
for (const field of [
  Field.REFCOUNT,
  Field.MAPCOUNT,
  Field.USE,
  Field.FLAGS,
  Field.ORDER,
  Field.HEAD,
  Field.SLAB,
  Field.RIGHTS,
  Field.PRIVATE,
  Field.PINCOUNT,
  Field.MAPPING,
  Field.PRIVATE_HIGH,
  Field.MAPPING_HIGH,
  Field.LRU_BATCH,
])
  BY_FRAME[field] = 1

export function isFrameField(field: number): boolean {
  return BY_FRAME[field] === 1
}

/** Calls `visit` with every frame that a step changed, possibly several times. */
export function changedFrames(store: TraceStore, step: number, pageShift: number, visit: (pfn: number) => void): void {
  const range = store.deltasOf(step)
  if (range === null) return
  const { field, index, old, new: value } = range.chunk.deltas
  const pageSize = 2 ** pageShift
  for (let d = range.from; d < range.to; d++) {
    const what = field[d]
    if (BY_FRAME[what] === 1) visit(index[d])
    else if (what === Field.OBJECT) visit(Math.floor((index[d] * 8) / pageSize))
    else if (what === Field.VMAP) {
      if (old[d] !== 0) visit(old[d] - 1)
      if (value[d] !== 0) visit(value[d] - 1)
    } else if (what === Field.BYTES || what === Field.FILL) {
      const last = Math.floor((index[d] + Math.max(value[d], 1) - 1) / pageSize)
      for (let pfn = Math.floor(index[d] / pageSize); pfn <= last; pfn++) visit(pfn)
    }
  }
}

/** Rows of the deltas of a chunk; `to` is exclusive. */
export interface DeltaRows {
  readonly chunk: TraceChunk
  readonly from: number
  readonly to: number
}

/** The deltas that lead from one step to another, forwards or back: of all steps after the earlier one. */
export function deltasBetween(
  store: TraceStore,
  a: number,
  b: number,
): { readonly ranges: readonly DeltaRows[]; readonly deltas: number } {
  const [first, last] = [Math.max(0, Math.min(a, b)) + 1, Math.min(store.steps, Math.max(a, b))]
  const ranges: DeltaRows[] = []
  let deltas = 0
  if (last < first) return { ranges, deltas }
  for (let i = store.chunkOf(first); i <= store.chunkOf(last); i++) {
    const chunk = store.chunks[i]
    const { deltaEnd } = chunk.ops
    const from = first > chunk.firstStep ? deltaEnd[first - 1 - chunk.firstStep] : 0
    const to = deltaEnd[Math.min(last - chunk.firstStep, chunk.opCount - 1)]
    if (to > from) ranges.push({ chunk, from, to })
    deltas += to - from
  }
  return { ranges, deltas }
}
