import { describe, expect, it } from 'vitest'
import { AllocationKind } from '../../trace/allocation-kind.ts'
import { Field, FrameKind, packUse } from '../../trace/fields.ts'
import { Flag, Op } from '../../trace/ops.ts'
import { recording } from '../../trace/testing/random-trace.ts'
import { CellMark, NO_REFCOUNT, refcountText } from '../messages.ts'
import { OBJECT, PAGE_PFN, runOf, sampleRun, SAMPLE_FINDING, SLAB_PFN } from '../testing/sample-run.ts'
import { inspect } from './inspect.ts'
import { bytesAt, locate } from './locate.ts'
import { mapCells } from './map.ts'
import { RunView } from './run-view.ts'
import { neighbours, stepRows, stepsOfLine } from './steps.ts'
import { timeline } from './timeline.ts'

const SLAB = 1
const A = 2
const P = 3

function sample(era?: string): RunView {
  return new RunView(sampleRun(era))
}

describe('map', () => {
  const cellsAt = (step: number) => mapCells(sample(), { run: 1, step, from: 0, to: 4096, cells: 4096 })

  it('shows the boot state before the first step', () => {
    const cells = cellsAt(0)
    expect(cells.framesPerCell).toBe(1)
    expect([cells.kind[0], cells.kind[256], cells.kind[SLAB_PFN]]).toEqual([
      FrameKind.RESERVED,
      FrameKind.BUDDY,
      FrameKind.BUDDY,
    ])
    expect(cells.owner.some((owner) => owner !== 0)).toBe(false)
  })

  it('knows a count of none from a count of 0', () => {
    const at = (era: string) => mapCells(sample(era), { run: 1, step: 7, from: PAGE_PFN, to: PAGE_PFN + 1, cells: 1 })
    expect(at('memdesc').refcount[0]).toBe(NO_REFCOUNT)
    expect(refcountText(at('memdesc').refcount[0]!)).toBe('none')
    expect(refcountText(at('v6.12').refcount[0]!)).toBe('1')
  })

  it('shows kind, owner, references, fill and what the step changed', () => {
    const cells = cellsAt(3)
    expect(cells.kind[SLAB_PFN]).toBe(FrameKind.SLAB)
    expect(cells.owner[SLAB_PFN]).toBe(1)
    expect(cells.refcount[SLAB_PFN]).toBe(2)
    expect(cells.fill[SLAB_PFN]).toBe(Math.round(255 / 16))
    expect(cells.marks[SLAB_PFN]).toBe(CellMark.CHANGED | CellMark.REFERENCED)
    expect(cells.marks[PAGE_PFN]).toBe(CellMark.HEAD)
    expect(cells.marks[PAGE_PFN + 1]).toBe(CellMark.TAIL)
  })

  it('marks memory used after its free from the use on', () => {
    expect(cellsAt(5).marks[SLAB_PFN] & CellMark.USED_INVALID).toBe(0)
    expect(cellsAt(6).marks[SLAB_PFN] & CellMark.USED_INVALID).toBe(CellMark.USED_INVALID)
    expect(cellsAt(5).fill[SLAB_PFN]).toBe(0)
  })

  it('marks memory that went back with rights left', () => {
    const finding = { ...SAMPLE_FINDING, step: 5, rightsLeft: [{ kind: 'kmap', on: 'bytes' as const, step: 4 }] }
    const view = new RunView({ ...sampleRun(), findings: [finding] })
    const cells = mapCells(view, { run: 1, step: 5, from: SLAB_PFN, to: SLAB_PFN + 1, cells: 1 })
    expect(cells.marks[0] & CellMark.RIGHTS_LEFT).toBe(CellMark.RIGHTS_LEFT)
  })

  it('shares frames among cells and shows the most telling frame of each', () => {
    const cells = mapCells(sample(), { run: 1, step: 7, from: 0, to: 4096, cells: 16 })
    expect([cells.framesPerCell, cells.kind.length]).toEqual([256, 16])
    expect([...cells.kind.slice(0, 4)]).toEqual([FrameKind.RESERVED, FrameKind.SLAB, FrameKind.PAGE, FrameKind.BUDDY])
    expect(cells.marks[2] & CellMark.CHANGED).toBe(CellMark.CHANGED)
  })

  it('cuts the range to the machine', () => {
    expect(mapCells(sample(), { run: 1, step: 1, from: 4000, to: 99_999, cells: 500 }).kind.length).toBe(96)
    expect(mapCells(sample(), { run: 1, step: 1, from: 9000, to: 9001, cells: 1 }).kind.length).toBe(0)
  })
})

describe('timeline', () => {
  it('has a bar for each memory from its allocation to its free, with ticks and rights', () => {
    const { bars, hidden } = timeline(sample(), { run: 1, from: 1, to: 8, width: 800, maxBars: 100 })
    expect(hidden).toBe(0)
    expect(bars.map((bar) => [bar.allocation, bar.label, bar.kind, bar.from, bar.to, bar.freed])).toEqual([
      [SLAB, 'kmalloc-256 page', 'slab', 1, 9, false],
      [A, 'a', 'slab-object', 1, 5, true],
      [P, 'p', 'page-block', 7, 8, true],
    ])
    expect(bars[0].rights).toEqual([{ kind: 'page-reference', from: 3, to: 9, holder: 0 }])
    expect(bars[1].ticks.map(({ step, kind }) => [step, kind])).toEqual([
      [1, 'allocate'],
      [2, 'derive'],
      [4, 'derive'],
      [5, 'free'],
      [6, 'violation'],
    ])
    expect(bars[1].address).toBe(`0xffff8880${OBJECT.toString(16).padStart(8, '0')}`)
  })

  it('has a lane for each task', () => {
    const { lanes } = timeline(sample(), { run: 1, from: 1, to: 8, width: 800, maxBars: 100 })
    expect(lanes.map((lane) => [lane.name, lane.runs])).toEqual([
      ['insmod', [[1, 7]]],
      ['rmmod', [[8, 8]]],
    ])
  })

  it('is bounded by bars and pixels and keeps what broke a rule', () => {
    const { writer, store } = recording()
    for (let i = 0; i < 3000; i++) {
      writer.begin(1)
      const id = writer.allocation(AllocationKind.PAGES, 300 + (i % 100), 4096)
      writer.end(Op.alloc_page, id, 300 + (i % 100), 0, 0, 0)
      writer.begin(5)
      writer.delta(Field.USE, 300 + (i % 100), packUse(FrameKind.PAGE, id), packUse(FrameKind.PCP, 0))
      writer.end(Op.__free_page, id, 300 + (i % 100), 0, 0, Flag.LAST)
    }
    writer.begin(1)
    const last = writer.allocation(AllocationKind.PAGES, 500, 4096)
    writer.end(Op.alloc_page, last, 500, 0, 0, 0)
    for (let i = 0; i < 1000; i++) {
      writer.begin(6)
      writer.end(Op.write, last, 500 * 4096, 1, 0, 0)
    }
    const view = new RunView(runOf(store(), [{ ...SAMPLE_FINDING, allocation: 1234, step: 2468 }]))
    const { bars, hidden } = timeline(view, { run: 1, from: 1, to: view.steps, width: 100, maxBars: 20 })
    expect(bars.length).toBe(20)
    expect(hidden).toBe(3001 - 20)
    expect(bars.map((bar) => bar.allocation)).toEqual(expect.arrayContaining([1234, last]))
    const long = bars.find((bar) => bar.allocation === last)!
    expect(long.ticks.length).toBeLessThanOrEqual(100)
    expect(long.ticks.reduce((sum, tick) => sum + tick.count, 0)).toBe(1001)
    expect(timeline(view, { run: 1, from: 1, to: 100, width: 100, maxBars: 0 }).bars).toEqual([])
  })
})

describe('inspect', () => {
  it('tells of memory what it is, what reaches it, what points into it and its life', () => {
    const seen = inspect(sample(), { run: 1, step: 4, target: { allocation: A } })
    expect([seen.title, seen.subtitle, seen.state]).toEqual([
      'a · slab object',
      '256 bytes · frame 0x104 · kmalloc-256',
      'allocated',
    ])
    expect(seen.rights.map((right) => [right.kind, right.on, right.holder, right.line])).toEqual([
      ['owner', 'bytes', 'insmod', 6],
      ['page-reference', 'page', 'insmod', 8],
    ])
    expect(seen.pointers.map((row) => row.text)).toContain('b = page_address(page)')
    expect(seen.events.map((event) => event.sentence)).toEqual([
      'kmalloc made it: 256 bytes; owner insmod',
      'virt_to_page made a pointer to it: page',
      'get_page took a reference: 1 → 2',
      'page_address made a pointer to it: b',
      'kfree gave it back',
      'write: 1 byte written at offset 0, after it was freed',
    ])
    expect(seen.physical).toBe(`0x${OBJECT.toString(16)}`)
  })

  it('knows when memory is not there yet, lives and is gone', () => {
    const states = [0, 1, 5].map((step) => inspect(sample(), { run: 1, step, target: { allocation: A } }).state)
    expect(states).toEqual(['free', 'allocated', 'freed'])
    expect(inspect(sample(), { run: 1, step: 1, target: { allocation: 99 } }).title).toBe('no such memory')
  })

  it('shows the fields of struct page and marks those that changed', () => {
    const seen = inspect(sample(), { run: 1, step: 3, full: true, target: { pfn: SLAB_PFN } })
    expect([seen.title, seen.subtitle, seen.state]).toEqual(['frame 0x104', 'slab kmalloc-256', 'allocated'])
    const fields = new Map(seen.fields.map((field) => [field.name, field]))
    expect(fields.get('_refcount')).toMatchObject({ value: '2', changed: true })
    expect(fields.get('page_type')).toMatchObject({ value: '0xf5000000 (slab)', changed: false })
    expect(fields.get('inuse')?.value).toBe('1 of 16')
    expect(seen.objects.map((object) => object.allocation)).toEqual([0, A, ...Array.from({ length: 14 }, () => 0)])
    expect(seen.objects[1]).toEqual({ offset: 256, bytes: 256, allocation: A, label: 'a' })
  })

  it('says what a reference count means in the era', () => {
    const help = inspect(sample('v6.14'), { run: 1, step: 3, target: { pfn: SLAB_PFN } }).fields.find(
      (field) => field.name === '_refcount',
    )?.help
    expect(help).toContain('frozen')
    const page = inspect(sample('memdesc'), { run: 1, step: 7, target: { pfn: PAGE_PFN } })
    expect(page.fields.find((field) => field.name === '_refcount')?.value).toBe('none')
  })

  it('survives frames that do not exist', () => {
    expect(inspect(sample(), { run: 1, step: 3, target: { pfn: 999_999 } }).fields).toEqual([])
  })

  it('keeps a long life short', () => {
    const { writer, store } = recording()
    writer.begin(1)
    const id = writer.allocation(AllocationKind.PAGES, 300, 4096)
    writer.end(Op.alloc_page, id, 300, 0, 0, 0)
    for (let i = 0; i < 2000; i++) {
      writer.begin(i % 2 === 0 ? 3 : 8)
      writer.end(i % 2 === 0 ? Op.get_page : Op.put_page, id, 300, 300, 0, 0)
    }
    for (let i = 0; i < 500; i++) {
      writer.begin(6)
      writer.end(Op.write, id, 300 * 4096, 1, 0, 0)
    }
    const seen = inspect(new RunView(runOf(store())), { run: 1, step: 1, target: { allocation: id } })
    expect([seen.events.length, seen.moreEvents]).toEqual([300, 1702])
    expect(seen.events.at(-1)?.sentence).toBe('write: 1 byte written at offset 0 (500 times)')
  })
})

describe('steps', () => {
  it('gives rows with their place, frame and effect', () => {
    const { rows } = stepRows(sample(), { run: 1, from: 0, count: 100 })
    expect(rows.map((row) => [row.step, row.op, row.line, row.effect])).toEqual([
      [1, 'kmalloc', 6, 'object allocated, frame 0x104 allocated as slab'],
      [2, 'virt_to_page', 7, ''],
      [3, 'get_page', 8, 'refcount 1 → 2'],
      [4, 'page_address', 9, ''],
      [5, 'kfree', 11, 'object `a` freed'],
      [6, 'write', 12, 'bytes 00 → 01'],
      [7, 'alloc_page', 14, 'refcount 0 → 1, frame 0x200 allocated as page'],
      [8, 'put_page', 15, 'refcount 1 → 0, frame 0x200 freed'],
    ])
    expect(rows.map((row) => row.pfn)).toEqual([...Array.from({ length: 6 }, () => SLAB_PFN), PAGE_PFN, PAGE_PFN])
    expect(stepRows(sample(), { run: 1, from: 9, count: 5 }).rows).toEqual([])
  })

  it('finds the steps of a line', () => {
    expect(stepsOfLine(sample(), { run: 1, file: 'driver.ts', line: 8 })).toEqual({ steps: [3], total: 1 })
    expect(stepsOfLine(sample(), { run: 1, file: 'other.ts', line: 8 })).toEqual({ steps: [], total: 0 })
  })

  it('finds the neighbours of a step that concern memory or a frame', () => {
    const view = sample()
    expect(neighbours(view, { run: 1, step: 4, target: { allocation: A } })).toEqual({ previous: 3, next: 5 })
    expect(neighbours(view, { run: 1, step: 6, target: { allocation: A } })).toEqual({ previous: 5, next: 0 })
    expect(neighbours(view, { run: 1, step: 0, target: { pfn: PAGE_PFN } })).toEqual({ previous: 0, next: 7 })
    expect(neighbours(view, { run: 1, step: 99, target: { pfn: SLAB_PFN } })).toEqual({ previous: 6, next: 0 })
  })
})

describe('locate and bytes', () => {
  it('say where memory lies and what it holds', () => {
    const view = sample()
    expect(locate(view, { run: 1, step: 1, target: { allocation: A } })).toEqual({
      pfn: SLAB_PFN,
      frames: 1,
      allocation: A,
    })
    expect(locate(view, { run: 1, step: 7, target: { pfn: PAGE_PFN } })).toEqual({
      pfn: PAGE_PFN,
      frames: 1,
      allocation: P,
    })
    expect(locate(view, { run: 1, step: 7, target: { allocation: 42 } })).toEqual({ pfn: -1, frames: 0, allocation: 0 })
    expect([...bytesAt(view, { run: 1, step: 5, address: OBJECT, length: 2 }).bytes]).toEqual([0, 0])
    expect([...bytesAt(view, { run: 1, step: 6, address: OBJECT, length: 2 }).bytes]).toEqual([1, 0])
    expect(bytesAt(view, { run: 1, step: 6, address: 4096 * 4096 - 8, length: 100 }).bytes.length).toBe(8)
  })
})
