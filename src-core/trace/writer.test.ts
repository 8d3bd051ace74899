import { describe, expect, it } from 'vitest'
import { AllocationKind } from './allocation-kind.ts'
import type { TraceChunk } from './chunk.ts'
import { Field } from './fields.ts'
import { Op } from './ops.ts'
import { TraceWriter } from './writer.ts'

/** A writer whose first chunk is full, and its chunks. */
function full(): { writer: TraceWriter; chunks: TraceChunk[] } {
  const chunks: TraceChunk[] = []
  const writer = new TraceWriter({
    opened: (chunk) => void (chunks[chunk.index] = chunk),
    closed: () => undefined,
  })
  for (let step = 0; step < 4096; step++) {
    writer.begin(1)
    writer.delta(Field.REFCOUNT, 7, step, step + 1)
    writer.end(Op.get_page, 0, 7, 0, 0, 0)
  }
  return { writer, chunks }
}

describe('a trace that goes on in a new chunk', () => {
  it('takes along what changed between two operations', () => {
    const { writer, chunks } = full()
    writer.delta(Field.CONTEXT, 1, 256, 0)
    writer.bytes(4096, Uint8Array.of(1, 2), Uint8Array.of(3, 4))
    writer.fill(8192, 2, 0xaa, Uint8Array.of(5, 6))
    writer.fill(8194, 2, 0, null)
    writer.begin(2)
    writer.delta(Field.REFCOUNT, 7, 4096, 4095)
    writer.end(Op.rcu_read_unlock, 0, 0, 0, 0, 0)
    writer.finish()
    expect([chunks[0]!.deltaCount, chunks[0]!.ops.deltaEnd[4095]]).toEqual([4096, 4096])
    const { deltas, ops, arena } = chunks[1]!
    expect(ops.deltaEnd[0]).toBe(5)
    expect([...deltas.field.slice(0, 5)]).toEqual([Field.CONTEXT, Field.BYTES, Field.FILL, Field.FILL, Field.REFCOUNT])
    expect([...deltas.index.slice(0, 3)]).toEqual([1, 4096, 8192])
    expect([...arena.slice(0, 4)]).toEqual([1, 2, 3, 4])
    const second = deltas.old[2]!
    expect([...arena.slice(second, second + 4)]).toEqual([0xaa, 1, 5, 6])
    expect([...arena.slice(deltas.old[3], deltas.old[3]! + 2)]).toEqual([0, 0])
  })
  it('takes nothing along when there is nothing', () => {
    const { writer, chunks } = full()
    writer.begin(2)
    writer.end(Op.put_page, 0, 7, 0, 0, 0)
    writer.finish()
    expect(chunks[1]).toMatchObject({ firstStep: 4097, opCount: 1, deltaCount: 0 })
  })
})

/** Operations with the most deltas and the one allocation that a hot path writes without asking for room. */
function rows(writer: TraceWriter, count: number): void {
  for (let i = 0; i < count; i++) {
    writer.begin(1)
    writer.firstAllocation(AllocationKind.PAGES, i, 4096)
    for (let delta = 0; delta < 8; delta++) writer.put(Field.REFCOUNT, 7, delta, writer.step)
    writer.end(Op.alloc_page, writer.lastAllocation, 7, 0, 0, 0)
  }
}

describe('room that begin() makes for several operations', () => {
  it.each([
    [0, 0],
    [16_352, 0],
    [16_359, 0],
    [16_360, 1],
    [40_000, 0],
    [0, 4090],
    [0, 4093],
    [1, 9000],
  ])('is looked for again after %i deltas and %i allocations in one', (many, more) => {
    const chunks: TraceChunk[] = []
    const writer = new TraceWriter({
      opened: (chunk) => void (chunks[chunk.index] = chunk),
      closed: () => undefined,
    })
    rows(writer, 3)
    writer.begin(1)
    for (let i = 0; i < many; i++) writer.delta(Field.USE, i, 0, 1)
    for (let i = 0; i < more; i++) writer.allocation(AllocationKind.PAGES, i, 4096)
    writer.end(Op.split_page, 0, 0, 0, 0, 0)
    rows(writer, 5000)
    writer.finish()
    expect(chunks.map((chunk) => chunk.opCount)).toEqual([4096, 908])
    for (const { firstStep, opCount, deltas, ops } of chunks) {
      for (let n = 0; n < opCount; n++) {
        if (firstStep + n === 4) continue
        const end = ops.deltaEnd[n]!
        expect([...deltas.field.slice(end - 8, end)]).toEqual(Array(8).fill(Field.REFCOUNT))
        expect([...deltas.new.slice(end - 8, end)]).toEqual(Array(8).fill(firstStep + n))
        expect([...deltas.old.slice(end - 8, end)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
      }
    }
    expect(chunks.map((chunk) => chunk.allocationCount)).toEqual([4095 + more, 908])
    expect(chunks[0]!.allocations.step[4094 + more]).toBe(4096)
    expect(chunks[0]!.allocations.kind[4094 + more]).toBe(AllocationKind.PAGES)
  })
})
