/**
 * The colours of all cells of the machine, kept from question to question: what the deltas between two playheads touch
 * is looked at again, nothing else, and only what has another colour is answered. A machine of 4 GiB has a million
 * cells; a step changes a few.
 */
import { zoneIndex } from '../../trace/boot-state.ts'
import { Field, FrameKind, useAllocation, useKind } from '../../trace/fields.ts'
import { BLOCK_SIZE } from '../../trace/state-column.ts'
import { countInk, Ink, isPlain, type Colouring } from '../map-ink.ts'
import { CellMark, type Calls, type MapInks } from '../messages.ts'
import { changedFrames, deltasBetween } from './frame-deltas.ts'
import { ageOf, markViolations, ownerSlot, TELLING } from './map.ts'
import type { RunView } from './run-view.ts'
import { firstObjectOfFrame, slabAt } from './slab-objects.ts'

/** Fields whose deltas can change an ink beside `Field.USE`, by colouring. */
const FIELDS: Readonly<Record<Colouring, readonly Field[]>> = {
  owner: [Field.OBJECT, Field.SLAB],
  kind: [],
  references: [Field.REFCOUNT],
  mapcount: [Field.MAPCOUNT],
  rights: [Field.RIGHTS, Field.MAPCOUNT],
  age: [],
  zone: [],
}
/** Beyond this share of cells that changed, all are answered: then that is shorter, and faster to take. */
const WHOLE_FROM = 1 / 8

/** Answers `inks`. */
export function mapInks(view: RunView, ask: Calls['inks']['ask']): MapInks {
  const framesPerCell = Math.min(ask.framesPerCell, Math.max(1, view.info.frames))
  const cells = view.inks.get(`${ask.by} ${framesPerCell}`, () => new InkedCells(view, ask.by, framesPerCell))
  return cells.at(ask.step, ask.since)
}

/** The inks of one colouring and one share of frames a cell, at the step asked for last. */
export class InkedCells {
  private version = 0
  private step = -1
  private readonly count: number
  private inks: Uint8Array<ArrayBuffer>
  /** By cell: `CellMark` bits of broken rules at `step`. */
  private broken = new Map<number, number>()
  /** By cell: number of the list it was put on last. */
  private readonly listed: Uint32Array
  private lists = 0
  private readonly relevant = new Uint8Array(256)
  /** True if the ink of a frame that backs no slab follows from its use. */
  private readonly byUse: boolean
  /** The use looked at last at this step, and its ink; -1 = none. */
  private lastUse = -1
  private lastInk = 0

  constructor(
    private readonly view: RunView,
    private readonly by: Colouring,
    private readonly framesPerCell: number,
  ) {
    this.count = Math.ceil(view.info.frames / framesPerCell)
    this.inks = new Uint8Array(this.count)
    this.listed = new Uint32Array(this.count)
    this.relevant[Field.USE] = 1
    for (const field of FIELDS[by]) this.relevant[field] = 1
    this.byUse = by === 'owner' || by === 'kind' || by === 'age'
  }

  /** The inks at a step, or what is another one than in the answer `since`. */
  at(step: number, since: number): MapInks {
    const { view, count } = this
    step = view.cursor.seek(step)
    this.lastUse = -1
    const known = this.version > 0 && since === this.version
    const { at, inks, length } = this.version === 0 ? this.makeAll() : this.update(step)
    this.step = step
    this.version += 1
    const whole = !known || length > count * WHOLE_FROM
    return {
      version: this.version,
      count,
      whole,
      at: whole ? new Uint32Array(0) : at.slice(0, length),
      inks: whole ? this.inks.slice() : inks.slice(0, length),
      changed: this.changedCells(step),
      broken: Uint32Array.from(this.broken.keys()),
    }
  }

  private makeAll(): Changes {
    const { view, framesPerCell, inks } = this
    this.markBroken(view.cursor.step)
    // At boot every frame of a zone is free, and all others are reserved.
    inks.fill(FrameKind.RESERVED)
    for (const { start, end } of view.info.zones)
      inks.fill(FrameKind.BUDDY, Math.floor(start / framesPerCell), Math.ceil(end / framesPerCell))
    const list = this.everUsed()
    for (const cell of this.broken.keys()) list.add(cell)
    for (let i = 0; i < list.length; i++) inks[list.cells[i]] = this.inkOf(list.cells[i])
    return NO_CHANGES
  }

  /** Moves the inks to the cursor's step, and lists the cells that got another one. */
  private update(step: number): Changes {
    if (step === this.step) return NO_CHANGES
    const before = this.broken
    if (before.size > 0 || this.view.violations.length > 0) this.markBroken(step)
    const list = this.touched(step)
    for (const marks of [before, this.broken]) for (const cell of marks.keys()) list.add(cell)
    const { cells, length } = list
    const inks = new Uint8Array(length)
    let changed = 0
    for (let i = 0; i < length; i++) {
      const cell = cells[i]
      const ink = this.inkOf(cell)
      if (ink === this.inks[cell]) continue
      this.inks[cell] = ink
      // The list becomes the answer: `changed` is never ahead of `i`.
      cells[changed] = cell
      inks[changed++] = ink
    }
    return { at: cells, inks, length: changed }
  }

  /** Cells whose frames the deltas between the step of now and another one touch. */
  private touched(step: number): CellList {
    const { view, framesPerCell, relevant } = this
    const { pageSize } = view
    const { ranges, deltas } = deltasBetween(view.store, this.step, step)
    // An age depends on the playhead. And beyond so many deltas, looking at all frames ever used is less work.
    const used = view.cursor.writtenBlocks(Field.USE).length * BLOCK_SIZE
    if (this.by === 'age' || deltas > 2 * used) return framesPerCell === 1 ? this.otherInks() : this.everUsed()
    const list = new CellList(this.listed, ++this.lists)
    for (const { chunk, from, to } of ranges) {
      const { field, index } = chunk.deltas
      for (let d = from; d < to; d++) {
        const what = field[d]
        if (relevant[what] === 0) continue
        if (what === Field.OBJECT) list.add(Math.floor((index[d] * 8) / pageSize / framesPerCell))
        else if (what === Field.SLAB) this.addSlab(list, index[d])
        else list.add(Math.floor(index[d] / framesPerCell))
      }
    }
    return list
  }

  /** Cells of all frames that a step seen so far put to use. */
  private everUsed(): CellList {
    const { view, framesPerCell } = this
    const list = new CellList(this.listed, ++this.lists)
    for (const block of view.cursor.writtenBlocks(Field.USE)) {
      const last = Math.floor((block * BLOCK_SIZE + BLOCK_SIZE - 1) / framesPerCell)
      for (let cell = Math.floor((block * BLOCK_SIZE) / framesPerCell); cell <= last; cell++) list.add(cell)
    }
    return list
  }

  /** The same where a cell is a frame, without those that have the ink they had: blocks are read as a whole. */
  private otherInks(): CellList {
    const { cursor } = this.view
    const { inks, broken, count } = this
    const list = new CellList(this.listed, ++this.lists)
    for (const block of cursor.writtenBlocks(Field.USE)) {
      const uses = cursor.block(Field.USE, block)
      const first = block * BLOCK_SIZE
      const last = Math.min(BLOCK_SIZE, count - first)
      for (let i = 0; i < last; i++) {
        const cell = first + i
        if (broken.size === 0 || !broken.has(cell)) {
          if (this.inkOfUse(cell, uses[i]) !== inks[cell]) list.add(cell)
        }
      }
    }
    return list
  }

  /** All frames of a slab that begins or ends: their objects are its cache's. */
  private addSlab(list: CellList, first: number): void {
    const record = this.view.store.allocation(useAllocation(this.view.cursor.use(first)))
    const frames = record === null ? 1 : Math.max(1, this.view.frameCount(record))
    for (let pfn = first; pfn < first + frames; pfn++) list.add(Math.floor(pfn / this.framesPerCell))
  }

  private markBroken(step: number): void {
    this.broken = new Map()
    markViolations(this.view, step, (pfn, bit) => {
      const cell = Math.floor(pfn / this.framesPerCell)
      if (cell < this.count) this.broken.set(cell, (this.broken.get(cell) ?? 0) | bit)
    })
  }

  private changedCells(step: number): Uint32Array {
    const list = new CellList(this.listed, ++this.lists)
    changedFrames(this.view.store, step, this.view.info.pageShift, (pfn) => {
      const cell = Math.floor(pfn / this.framesPerCell)
      if (cell < this.count) list.add(cell)
    })
    return list.cells.slice(0, list.length)
  }

  private inkOf(cell: number): number {
    if (this.broken.size > 0) {
      const marks = this.broken.get(cell) ?? 0
      if (marks !== 0) return (marks & CellMark.USED_INVALID) !== 0 ? Ink.USED_INVALID : Ink.RIGHTS_LEFT
    }
    const { cursor } = this.view
    const { framesPerCell } = this
    if (framesPerCell === 1) return this.inkOfUse(cell, cursor.use(cell))
    const end = Math.min((cell + 1) * framesPerCell, this.view.info.frames)
    let [best, bestUse, rank] = [0, 0, -1]
    for (let pfn = cell * framesPerCell; pfn < end;) {
      const block = Math.floor(pfn / BLOCK_SIZE)
      const uses = cursor.block(Field.USE, block)
      const last = Math.min(end, (block + 1) * BLOCK_SIZE)
      for (; pfn < last; pfn++) {
        const use = uses[pfn % BLOCK_SIZE]
        const telling = TELLING[useKind(use)]
        if (telling <= rank) continue
        best = pfn
        bestUse = use
        rank = telling
      }
    }
    return this.inkOfUse(best, bestUse)
  }

  /** Ink of a frame that is used so. Frames of one allocation have one ink, unless something of their own counts. */
  private inkOfUse(pfn: number, use: number): number {
    const kind = useKind(use)
    if (isPlain(kind)) return kind
    if (use === this.lastUse) return this.lastInk
    const ink = this.classOf(pfn, kind, useAllocation(use))
    if (this.byUse && kind !== FrameKind.SLAB) {
      this.lastUse = use
      this.lastInk = ink
    }
    return ink
  }

  /** Ink of a frame in use. */
  private classOf(pfn: number, kind: FrameKind, allocation: number): number {
    const { view } = this
    const { cursor } = view
    switch (this.by) {
      case 'kind':
        return kind
      case 'owner': {
        const owned = kind === FrameKind.SLAB ? this.objectIn(pfn) : allocation
        return owned === 0 ? kind : Ink.CLASS + ownerSlot(view, owned) - 1
      }
      case 'references':
        return countInk(cursor.refcount(pfn))
      case 'mapcount':
        return countInk(cursor.mapcount(pfn))
      case 'rights':
        return countInk(cursor.rights(pfn) + Math.max(0, cursor.mapcount(pfn)))
      case 'age':
        return countInk(allocation === 0 ? 0 : ageOf(view, allocation))
      case 'zone':
        return Ink.CLASS + Math.max(0, zoneIndex(view.info, pfn))
    }
  }

  /** The allocation that a slab page is coloured by: the first of its objects in use. */
  private objectIn(pfn: number): number {
    const slab = slabAt(this.view, pfn)
    return slab === null ? 0 : firstObjectOfFrame(this.view, slab, pfn)
  }
}

interface Changes {
  readonly at: Uint32Array
  readonly inks: Uint8Array
  /** How many of both are meant. */
  readonly length: number
}
const NO_CHANGES: Changes = { at: new Uint32Array(0), inks: new Uint8Array(0), length: 0 }

/** Cells, each once. */
class CellList {
  cells = new Uint32Array(256)
  length = 0

  constructor(
    private readonly listed: Uint32Array,
    private readonly number: number,
  ) {}

  add(cell: number): void {
    if (this.listed[cell] === this.number || cell >= this.listed.length) return
    this.listed[cell] = this.number
    if (this.length === this.cells.length) {
      const longer = new Uint32Array(this.length * 2)
      longer.set(this.cells)
      this.cells = longer
    }
    this.cells[this.length++] = cell
  }
}
