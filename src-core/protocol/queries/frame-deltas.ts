/** Which frames a delta changes. */
import type { TraceChunk } from '../../trace/chunk.ts'
import { Field } from '../../trace/fields.ts'
import type { TraceStore } from '../../trace/store.ts'

/** True for the fields whose index is a pfn. */
const BY_FRAME = new Uint8Array(32)
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
])
  BY_FRAME[field] = 1

export function isFrameField(field: number): boolean {
  return BY_FRAME[field] === 1
}

/** True if delta `d` of a chunk changes the frame, its bytes, an object in it or a mapping of it. */
export function deltaTouches(chunk: TraceChunk, d: number, pfn: number, pageShift: number): boolean {
  const { field, index, old, new: value } = chunk.deltas
  const what = field[d]
  if (BY_FRAME[what] === 1) return index[d] === pfn
  const pageSize = 2 ** pageShift
  if (what === Field.OBJECT) return Math.floor((index[d] * 8) / pageSize) === pfn
  if (what === Field.VMAP) return old[d] === pfn + 1 || value[d] === pfn + 1
  if (what !== Field.BYTES && what !== Field.FILL) return false
  const last = index[d] + Math.max(value[d], 1) - 1
  return Math.floor(index[d] / pageSize) <= pfn && pfn <= Math.floor(last / pageSize)
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
