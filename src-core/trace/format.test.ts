import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AllocationKind } from './allocation-kind.ts'
import { Cursor } from './cursor.ts'
import { decodeTrace, encodeTrace, TraceFormatError, type TraceSource } from './format.ts'
import { chunkColumns } from './format-columns.ts'
import { Op } from './ops.ts'
import type { RunRecord } from './record.ts'
import { TraceStore } from './store.ts'
import { recording, SMALL_MACHINE, writeRandomRun } from './testing/random-trace.ts'
import { decodeUtf8, encodeUtf8 } from './utf8.ts'

function sample(seed: number, steps: number): RunRecord {
  const { writer, store } = recording()
  writer.begin(1)
  writer.end(Op.alloc_page, writer.allocation(AllocationKind.PAGES, 300, 4096), 300, 0, -1, 0)
  writeRandomRun(
    writer,
    seed,
    steps,
    2,
    500,
    () => 0,
    () => {},
  )
  return {
    era: 'v6.12',
    machine: SMALL_MACHINE,
    chunks: store().chunks,
    tasks: [{ id: 0, name: 'insmod', pid: 7, context: 'process' }],
    caches: [{ id: 0, name: 'kmalloc-8', objectSize: 8, stride: 8, firstObject: 0, order: 0, objects: 512 }],
    log: [{ step: 1, level: 'info', text: 'héllo ✓ 😀' }],
    strings: ['vm_map_ram'],
    outcome: 'budget',
    budget: { limit: 'steps', reproducible: true, at: { file: 'x.ts', line: 3 } },
  }
}

const SOURCE: TraceSource = {
  files: ['a.ts'],
  sites: [
    {
      file: 0,
      line: 1,
      column: 2,
      endLine: 1,
      endColumn: 9,
      text: 'f()',
      callee: 'f',
      assigned: null,
      receiver: null,
      args: [],
      within: 'g',
    },
  ],
}

function contents(record: RunRecord): unknown {
  const { chunks, ...rest } = record
  return {
    ...rest,
    chunks: chunks.map((chunk) => ({
      place: [chunk.index, chunk.firstStep, chunk.firstAllocation],
      columns: chunkColumns(chunk).map(({ column, count }) => Array.from(column.subarray(0, count))),
    })),
  }
}

describe('a trace file', () => {
  it('gives back the run that was written', () => {
    const record = sample(5, 4500)
    expect(record.chunks.length).toBe(2)
    const bytes = encodeTrace(record, SOURCE)
    const decoded = decodeTrace(bytes)
    expect(contents(decoded.record)).toEqual(contents(record))
    expect(decoded.source).toEqual(SOURCE)
    expect(encodeTrace(decoded.record, decoded.source)).toEqual(bytes)
    const cursor = new Cursor(TraceStore.of(decoded.record.chunks), decoded.record.machine)
    expect(cursor.seek(4501)).toBe(4501)
  })

  it('may have no source and no steps', () => {
    const record: RunRecord = { ...sample(1, 1), chunks: [] }
    expect(decodeTrace(encodeTrace(record))).toEqual({ record, source: null })
  })

  it('is refused with an error when it is cut off anywhere', () => {
    const bytes = encodeTrace(sample(2, 20), SOURCE)
    for (let length = 0; length < bytes.length; length += 7) {
      expect(() => decodeTrace(bytes.subarray(0, length))).toThrow(TraceFormatError)
    }
    expect(() => decodeTrace(Uint8Array.of(...bytes, 0))).toThrow('after the end')
  })

  it('is refused with an error when any byte is damaged, and never crashes', () => {
    const bytes = encodeTrace(sample(3, 20), SOURCE)
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = bytes.slice()
        damaged[at] ^= change
        expect(() => decodeTrace(damaged)).toThrow(TraceFormatError)
      }),
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (junk) => {
        expect(() => decodeTrace(junk)).toThrow(TraceFormatError)
      }),
    )
  })

  it('is refused when its columns do not agree, even with a right checksum', () => {
    const record = sample(4, 50)
    const forged =
      (change: (chunk: RunRecord['chunks'][number]) => void): (() => void) =>
      () => {
        const copy = decodeTrace(encodeTrace(record)).record
        change(copy.chunks[0])
        decodeTrace(encodeTrace(copy))
      }
    expect(forged((chunk) => chunk.ops.kind.fill(60_000))).toThrow('operation 0 has kind 60000')
    expect(forged((chunk) => chunk.ops.deltaEnd.fill(9999))).toThrow('chunk 0')
    expect(forged((chunk) => chunk.deltas.field.fill(200))).toThrow('delta 0 changes field 200')
    expect(forged((chunk) => chunk.deltas.index.fill(0xffff_ffff))).toThrow('chunk 0')
    expect(forged((chunk) => chunk.allocations.step.fill(99))).toThrow('allocation 0 belongs to step 99')
    const wrongHeader = (change: object) => () => decodeTrace(encodeTrace({ ...record, ...change }))
    expect(wrongHeader({ outcome: 'fine' })).toThrow('outcome has to be one of')
    expect(wrongHeader({ tasks: [{ id: -1 }] })).toThrow('tasks[0].id')
  })

  it('says which version it was written by', () => {
    const bytes = encodeTrace(sample(1, 1))
    bytes[8] = 9
    expect(() => decodeTrace(bytes)).toThrow('the trace has format 9; this version reads format 1')
    expect(() => decodeTrace(encodeUtf8('# tracer: nop, a text file of another tool'))).toThrow(
      'this is not a Pageward trace',
    )
  })
})

describe('UTF-8', () => {
  it('survives the way there and back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        const bytes = encodeUtf8(text)
        expect(decodeUtf8(bytes)).toBe(text)
      }),
    )
    expect([...encodeUtf8('aé✓😀')]).toEqual([0x61, 0xc3, 0xa9, 0xe2, 0x9c, 0x93, 0xf0, 0x9f, 0x98, 0x80])
    expect(decodeUtf8(encodeUtf8('x'.repeat(10_000)))).toBe('x'.repeat(10_000))
    expect(decodeUtf8(Uint8Array.of(0xff, 0x41, 0xe2, 0x82))).toMatch(/^\ufffdA\ufffd+$/)
  })
})
