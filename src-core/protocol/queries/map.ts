/**
 * The memory map: one cell a frame, or an equal share of the frames when there are more frames than cells. A cell of
 * several frames shows the most telling of them (memory in use before free memory) and the marks of all.
 */
import { RefMode } from '../../eras/era.ts'
import { zoneIndex } from '../../trace/boot-state.ts'
import { FrameKind, useAllocation, useKind } from '../../trace/fields.ts'
import { BLOCK_SIZE } from '../../trace/state-column.ts'
import { Ink } from '../map-ink.ts'
import { CellMark, NO_REFCOUNT, type Calls, type MapCells } from '../messages.ts'
import { changedFrames } from './frame-deltas.ts'
import type { RunView } from './run-view.ts'
import { objectsOfFrame, slabAt } from './slab-objects.ts'

/** By FrameKind: which frame of a cell is shown, the one with the largest number. */
export const TELLING = new Uint8Array(16)
TELLING[FrameKind.BUDDY] = 1
TELLING[FrameKind.PCP] = 2
TELLING[FrameKind.SLAB] = 4
TELLING[FrameKind.TABLE] = 5
for (const kind of [FrameKind.PAGE, FrameKind.FOLIO, FrameKind.LARGE_KMALLOC, FrameKind.VMALLOC]) TELLING[kind] = 6
TELLING[FrameKind.BAD] = 7

/** Classes of age. */
const AGES = 5

type Columns = Omit<MapCells, 'from' | 'framesPerCell'>

/** Columns for so many cells, of frames that nobody touched. */
export function newColumns(count: number): Columns {
  return {
    kind: new Uint8Array(count),
    allocation: new Uint32Array(count),
    owner: new Uint8Array(count),
    refcount: new Int32Array(count),
    mapcount: new Int32Array(count),
    marks: new Uint8Array(count),
    fill: new Uint8Array(count),
    zone: new Uint8Array(count),
    rights: new Uint8Array(count),
    age: new Uint8Array(count),
  }
}

/** Answers `map`. `from` and `to` are pfns, `to` exclusive; both are cut to the machine. */
export function mapCells(view: RunView, ask: Calls['map']['ask']): MapCells {
  const { cursor } = view
  cursor.seek(ask.step)
  const from = Math.min(Math.max(0, ask.from), view.info.frames)
  const to = Math.min(Math.max(from, ask.to), view.info.frames)
  const framesPerCell = Math.max(1, Math.ceil((to - from) / Math.max(1, ask.cells)))
  const count = Math.ceil((to - from) / framesPerCell)
  const cells: MapCells = { from, framesPerCell, ...newColumns(count) }
  view.info.zones.forEach(({ start, end }, zone) => {
    const first = Math.ceil((Math.max(start, from) - from) / framesPerCell)
    const last = Math.ceil((Math.min(end, to) - from) / framesPerCell)
    if (last > first) cells.zone.fill(zone, first, last)
  })
  for (let cell = 0; cell < count; cell++) {
    const first = from + cell * framesPerCell
    const pfn = framesPerCell === 1 ? first : tellingFrame(view, first, Math.min(first + framesPerCell, to))
    if (pfn !== first) cells.zone[cell] = Math.max(0, zoneIndex(view.info, pfn))
    drawFrame(view, cells, cell, pfn)
  }
  const mark = (pfn: number, bit: number): void => {
    if (pfn < from || pfn >= to) return
    cells.marks[Math.floor((pfn - from) / framesPerCell)] |= bit
  }
  changedFrames(view.store, ask.step, view.info.pageShift, (pfn) => mark(pfn, CellMark.CHANGED))
  markViolations(view, ask.step, mark)
  return cells
}

/** The frame of [from, to) that says most: the first of the most telling kind. */
function tellingFrame(view: RunView, from: number, to: number): number {
  const { cursor } = view
  let best = from
  let rank = -1
  for (let pfn = from; pfn < to;) {
    const next = Math.min(to, pfn - (pfn % BLOCK_SIZE) + BLOCK_SIZE)
    const use = cursor.use(pfn)
    // Frames never touched are alike within a block: looking at two of them is enough.
    const uniform = !cursor.touchedFrames(pfn) && cursor.use(next - 1) === use
    const end = uniform ? pfn + 1 : next
    for (; pfn < end; pfn++) {
      const telling = TELLING[useKind(cursor.use(pfn))]
      if (telling <= rank) continue
      best = pfn
      rank = telling
    }
    pfn = next
  }
  return best
}

/** Fills the row `cell` of the columns (all but `zone`) from a frame at the cursor's step. */
export function drawFrame(view: RunView, cells: Columns, cell: number, pfn: number): void {
  const { cursor } = view
  const use = cursor.use(pfn)
  const kind = useKind(use)
  cells.kind[cell] = kind
  if (!cursor.touchedFrames(pfn)) {
    if (kind === FrameKind.BUDDY) cells.marks[cell] = freeBlockMark(cursor.order(pfn))
    return
  }
  const allocation = useAllocation(use)
  const refcount = cursor.refcount(pfn)
  cells.allocation[cell] = allocation
  cells.refcount[cell] = view.refMode(kind) === RefMode.NONE ? NO_REFCOUNT : refcount
  cells.mapcount[cell] = cursor.mapcount(pfn)
  let marks = 0
  const rights = cursor.rights(pfn)
  cells.rights[cell] = Math.min(255, rights + Math.max(0, cursor.mapcount(pfn)))
  if (allocation !== 0) cells.age[cell] = ageOf(view, allocation)
  if (rights > 0) marks |= CellMark.MAPPED
  if (allocation !== 0) {
    if (refcount > 1) marks |= CellMark.REFERENCED
    marks |= blockMark(view, allocation, pfn)
    if (kind === FrameKind.SLAB) drawSlab(view, cells, cell, pfn)
    else cells.owner[cell] = ownerSlot(view, allocation)
  } else if (kind === FrameKind.BUDDY) marks |= freeBlockMark(cursor.order(pfn))
  cells.marks[cell] = marks
}

/** Fifth of the run up to the cursor's step in which memory was made, counted back from that step. */
export function ageOf(view: RunView, allocation: number): number {
  const { step } = view.cursor
  const born = view.run.ledger.allocations.bornAt(allocation)
  return step <= 0 ? 0 : Math.min(AGES - 1, Math.floor((AGES * (step - born)) / step))
}

/** Mark of a frame in the buddy allocator from what it stores: order + 1 on the first frame of a block, else 0. */
function freeBlockMark(order: number): number {
  if (order === 0) return CellMark.TAIL
  return order > 1 ? CellMark.HEAD : 0
}

function blockMark(view: RunView, allocation: number, pfn: number): number {
  const record = view.store.allocation(allocation)
  if (record === null || view.frameCount(record) < 2) return 0
  return view.firstFrame(record) === pfn ? CellMark.HEAD : CellMark.TAIL
}

/** Share of the objects in use, and the task that owns the first of them (the page itself is the allocator's). */
function drawSlab(view: RunView, cells: Columns, cell: number, pfn: number): void {
  const slab = slabAt(view, pfn)
  if (slab === null) return
  const objects = objectsOfFrame(view, slab, pfn)
  const used = objects.filter((object) => object.allocation !== 0)
  if (objects.length > 0) cells.fill[cell] = Math.round((used.length / objects.length) * 255)
  if (used.length > 0) cells.owner[cell] = ownerSlot(view, used[0].allocation)
}

/** Task + 1 that owns memory, so that 0 can mean nobody. Slots are shared beyond `Ink.OWNERS` tasks. */
export function ownerSlot(view: RunView, allocation: number): number {
  return (view.run.ledger.allocations.task(allocation) % Ink.OWNERS) + 1
}

/** Marks the frames of memory that was freed with rights left, or used after its free. */
export function markViolations(view: RunView, step: number, mark: (pfn: number, bit: number) => void): void {
  for (const violation of view.violations) {
    if (violation.step > step) break
    const bit = violation.afterFree ? CellMark.USED_INVALID : violation.rightsLeft ? CellMark.RIGHTS_LEFT : 0
    const record = view.store.allocation(violation.allocation)
    if (bit === 0 || record === null) continue
    const first = view.firstFrame(record)
    if (first < 0) continue
    for (let pfn = first; pfn < first + view.frameCount(record); pfn++) mark(pfn, bit)
  }
}
