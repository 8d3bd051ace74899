import { expect, it } from 'vitest'
import { AllocationKind } from './allocation-kind.ts'
import { Field } from './fields.ts'
import { Op } from './ops.ts'
import { bytesOf, type TraceChunk } from './chunk.ts'
import { Segment, SEGMENT_BYTES } from './segment.ts'
import { SpareSegments } from './spare-segments.ts'
import { settleChunk } from './store.ts'
import { TraceWriter } from './writer.ts'

/** A run of `steps` operations as a supervisor gets it: every message makes new objects for the same memory. */
function run(steps: number, salt: number, segment: Segment | null, most = 3) {
  const chunks: TraceChunk[] = []
  const keep = (chunk: TraceChunk): void => void (chunks[chunk.index] = structuredClone({ ...chunk }))
  const writer = new TraceWriter({ opened: keep, closed: keep }, segment)
  for (let step = 0; step < steps; step++) {
    writer.begin(salt)
    const id = step % 3 === 0 ? writer.allocation(AllocationKind.PAGES, step & 255, 4096) : 0
    for (let i = 0; i < step % (most + 1); i++) writer.delta(Field.REFCOUNT, step & 255, i + salt, i + 1)
    writer.end(Op.get_page, id, step & 255, salt, 0, 0)
  }
  const live = chunks.slice()
  writer.finish()
  return { chunks, live, hasLeft: writer.hasLeft, outcome: 'completed' as const }
}

/** A segment that is full of an older trace. */
function used(ops?: number): Segment {
  const buffer = new SharedArrayBuffer(ops === undefined ? SEGMENT_BYTES : bytesOf(ops, ops * 2))
  new Uint8Array(buffer, 0, Math.min(buffer.byteLength, 1 << 24)).fill(0xff)
  return new Segment(buffer, true, ops)
}

/** A sum over all rows of each column. */
function sums(chunks: readonly TraceChunk[]) {
  const of = (columns: object, count: number): unknown[] =>
    Object.entries(columns).map(([name, column]: [string, Uint8Array]) => {
      let sum = 0
      for (let i = 0; i < count; i++) sum = (Math.imul(sum, 31) + (column[i] ?? 0)) | 0
      return [name, count, sum]
    })
  return chunks.map((chunk) => [
    of(chunk.ops, chunk.opCount),
    of(chunk.deltas, chunk.deltaCount),
    of(chunk.allocations, chunk.allocationCount),
  ])
}

const STEPS = 4096 + 65_536 + 100

it.each([
  ['to its end', 140_000, 3],
  ['while there is room for operations', 69_000, 1],
  ['while there is room for deltas', 70_000, 7],
  ['not at all', 1000, 3],
])('writes the same chunks to a segment, %s', (_, ops, most) => {
  expect(sums(run(STEPS, 7, used(ops), most).chunks)).toEqual(sums(run(STEPS, 7, null, most).chunks))
})

it('takes a short trace along, and no other', () => {
  const segment = used(140_000)
  const short = run(4096, 7, segment)
  expect([short.hasLeft, short.chunks[0]!.ops.kind.buffer.byteLength < 500_000]).toEqual([true, true])
  expect(sums(short.chunks)).toEqual(sums(run(4096, 7, null).chunks))
  expect(run(4097, 7, segment).hasLeft).toBe(false)
  expect(run(10, 7, null).hasLeft).toBe(false)
})

it('shows nothing of the older trace behind the end of a run that was killed', () => {
  const segment = used(140_000)
  run(STEPS, 5, segment)
  const last = run(4096 + 1000, 7, new Segment(segment.buffer, true, 140_000)).live.at(-1)!
  last.opCount = last.deltaCount = last.allocationCount = 0
  settleChunk(last)
  expect([last.opCount, last.deltaCount, last.allocationCount]).toEqual([1000, 1500, 333])
})

it('keeps the segment of a run that nobody reads any more', () => {
  const spares = new SpareSegments()
  const made = run(5000, 5, used())
  spares.keep(made)
  expect([spares.size, made.chunks]).toEqual([1, []])
  spares.keep(run(10, 1, null))
  spares.keep(run(10, 1, used()))
  expect(spares.size).toBe(1)
  expect(spares.lend()).toHaveLength(1)
  expect(spares.size).toBe(0)
  spares.returned(1)
  expect(spares.size).toBe(1)
  spares.drop()
  expect(spares.size).toBe(0)
})

it('keeps nothing that a stopped runner may still write to', () => {
  const spares = new SpareSegments()
  const { chunks } = run(STEPS, 1, used())
  spares.keep({ chunks, outcome: 'budget' })
  expect([spares.size, chunks]).toEqual([0, []])
})
