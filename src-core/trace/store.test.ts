import { describe, expect, it } from 'vitest'
import { AllocationKind } from './allocation-kind.ts'
import { Field } from './fields.ts'
import { Op } from './ops.ts'
import { settleChunk, TraceStore } from './store.ts'
import { recording } from './testing/random-trace.ts'

describe('TraceStore', () => {
  it('finds rows, deltas and allocations across chunks', () => {
    const { writer, store } = recording()
    for (let i = 1; i <= 10_000; i++) {
      writer.begin(i % 7)
      writer.delta(Field.REFCOUNT, i, 0, i)
      if (i % 2 === 0) writer.delta(Field.USE, i, 0, i)
      const id = i % 3 === 0 ? writer.allocation(AllocationKind.PAGES, i, 4096) : 0
      writer.end(Op.alloc_page, id, i, i * 2, -i, 0)
    }
    const trace = store()
    expect(trace.chunks.length).toBe(2)
    expect([trace.steps, trace.deltas, trace.allocations]).toEqual([10_000, 15_000, 3333])
    for (const step of [10_000, 1, 4096, 4097, 5000]) {
      expect([trace.opSubject(step), trace.opA(step), trace.opB(step), trace.opSite(step)]).toEqual([
        step,
        step * 2,
        -step,
        step % 7,
      ])
      const range = trace.deltasOf(step)!
      expect(range.to - range.from).toBe(step % 2 === 0 ? 2 : 1)
      expect(range.chunk.deltas.new[range.from]).toBe(step)
    }
    for (const id of [1, 1365, 1366, 3333]) {
      expect(trace.allocation(id)).toEqual({ id, step: id * 3, kind: AllocationKind.PAGES, base: id * 3, size: 4096 })
    }
    expect(trace.allocation(0)).toBeNull()
    expect(trace.allocation(3334)).toBeNull()
    expect(() => trace.opKind(0)).toThrow(RangeError)
    expect(() => trace.opKind(10_001)).toThrow(RangeError)
    expect(trace.deltasOf(0)).toBeNull()
  })

  it('finds out what a killed runner had written', () => {
    const { writer, store } = recording()
    for (let i = 1; i <= 5; i++) {
      writer.begin(0)
      writer.delta(Field.REFCOUNT, i, 0, 1)
      writer.bytes(0x1000, Uint8Array.of(0, 0), Uint8Array.of(1, 2))
      writer.end(Op.alloc_page, writer.allocation(AllocationKind.PAGES, i, 4096), i, 0, 0, 0)
    }
    writer.begin(0)
    writer.delta(Field.REFCOUNT, 9, 0, 1)
    writer.allocation(AllocationKind.PAGES, 9, 4096)
    const { chunks } = store()
    const chunk = { ...chunks[0]!, opCount: 0, deltaCount: 0, allocationCount: 0, arenaCount: 0 }
    settleChunk(chunk)
    expect([chunk.opCount, chunk.deltaCount, chunk.allocationCount, chunk.arenaCount]).toEqual([5, 10, 5, 20])
    expect(TraceStore.of([chunk]).steps).toBe(5)
  })

  it('leaves out operations whose deltas or bytes never arrived', () => {
    const { writer, store } = recording()
    for (let i = 1; i <= 5; i++) {
      writer.begin(0)
      writer.delta(Field.REFCOUNT, i, 0, 1)
      writer.bytes(0x1000, new Uint8Array(100), new Uint8Array(100))
      writer.end(Op.other, 0, i, 0, 0, 0)
    }
    const [whole] = store().chunks
    const counts = { opCount: 0, deltaCount: 0, allocationCount: 0, arenaCount: 0 }
    const shortArena = { ...whole, ...counts, arena: whole.arena.slice(0, 700) }
    settleChunk(shortArena)
    expect([shortArena.opCount, shortArena.deltaCount, shortArena.arenaCount]).toEqual([3, 6, 600])
    const { field, index, old, new: value } = whole.deltas
    const deltas = { field: field.slice(0, 5), index: index.slice(0, 5), old: old.slice(0, 5), new: value.slice(0, 5) }
    const shortDeltas = { ...whole, ...counts, deltas }
    settleChunk(shortDeltas)
    expect([shortDeltas.opCount, shortDeltas.deltaCount]).toEqual([2, 4])
  })
})
