import { expect, it } from 'vitest'
import { AllocationKind } from './allocation-kind.ts'
import type { TraceChunk } from './chunk.ts'
import { Field } from './fields.ts'
import { Op } from './ops.ts'
import { SpareChunks } from './spare-chunks.ts'
import { settleChunk } from './store.ts'
import { TraceWriter } from './writer.ts'

/** A run of `steps` operations as a supervisor gets it: every message makes new objects for the same memory. */
function run(steps: number, salt: number, lent: readonly SharedArrayBuffer[] = []) {
  const chunks: TraceChunk[] = []
  const spares = [...lent]
  const keep = (chunk: TraceChunk): void => void (chunks[chunk.index] = structuredClone({ ...chunk }))
  const writer = new TraceWriter({ opened: keep, closed: keep }, spares)
  for (let step = 0; step < steps; step++) {
    writer.begin(salt)
    const id = step % 3 === 0 ? writer.allocation(AllocationKind.PAGES, step & 255, 4096) : 0
    for (let i = 0; i < step % 4; i++) writer.delta(Field.REFCOUNT, step & 255, i + salt, i + 1)
    writer.end(Op.get_page, id, step & 255, salt, 0, 0)
  }
  writer.finish()
  return { chunks, left: spares.length, outcome: 'completed' as const }
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

const STEPS = 4096 + 2 * 65_536 + 100

it('writes the same trace where an older one was', () => {
  const spares = new SpareChunks()
  spares.keep(run(STEPS, 5))
  expect(spares.size).toBe(3)
  const again = run(STEPS - 3000, 7, spares.lend())
  expect(sums(again.chunks)).toEqual(sums(run(STEPS - 3000, 7).chunks))
})

it('shows nothing of the older trace behind the end of a run that was killed', () => {
  const spares = new SpareChunks()
  spares.keep(run(STEPS, 5))
  const last = run(4096 + 1000, 7, spares.lend()).chunks.at(-1)!
  last.opCount = last.deltaCount = last.allocationCount = 0
  settleChunk(last)
  expect([last.opCount, last.deltaCount, last.allocationCount]).toEqual([1000, 1500, 333])
})

it('gives no memory to two chunks, run after run', () => {
  const spares = new SpareChunks()
  for (const steps of [STEPS, 4096 + 10, 100, STEPS, STEPS]) {
    const made = run(steps, 1, spares.lend())
    for (const chunk of made.chunks) chunk.ops.site[0] = 1000 + chunk.index
    expect(made.chunks.map((chunk) => chunk.ops.site[0])).toEqual(made.chunks.map((chunk) => 1000 + chunk.index))
    spares.returned(made.left)
    spares.keep(made)
    expect(made.chunks).toEqual([])
  }
  expect(spares.size).toBe(3)
})

it('keeps nothing that a stopped runner may still write to', () => {
  const spares = new SpareChunks()
  const { chunks } = run(STEPS, 1)
  spares.keep({ chunks, outcome: 'budget' })
  expect([spares.size, chunks]).toEqual([0, []])
})
