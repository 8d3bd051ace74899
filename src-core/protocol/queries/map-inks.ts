/**
 * The colours of all cells of the machine, kept from question to question: what the deltas between two playheads touch
 * is looked at again, nothing else, and only what has another colour is answered. A machine of 4 GiB has a million
 * cells; a step changes a few.
 */
import { zoneIndex } from '../../trace/boot-state.ts'
import { Field, FrameKind, useAllocation, useKind } from '../../trace/fields.ts'
import { BLOCK_SIZE } from '../../trace/state-column.ts'
import { runEnd, wordsOf, type InkRuns } from '../ink-runs.ts'
import { countInk, Ink, isPlain, type Colouring } from '../map-ink.ts'
import { CellMark, type Calls, type MapInks } from '../messages.ts'
import { changedFrames, deltasBetween, type DeltaRows } from './frame-deltas.ts'
import { CellMarks, packed, type CellList } from './ink-lists.ts'
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
/** Columns that a colouring counts: the first as it is, of another one what is above 0. Null for all others. */
const COUNTED: Readonly<Record<Colouring, readonly Field[] | null>> = {
  owner: null,
  kind: null,
  references: [Field.REFCOUNT],
  mapcount: [Field.MAPCOUNT],
  rights: [Field.RIGHTS, Field.MAPCOUNT],
  age: null,
  zone: null,
}
/** Beyond so many deltas a frame that was ever used, looking at all of those is less work. */
const SCAN_FROM = 1 / 2
/** Runs take nine bytes: with more of them than this share of the cells, all cells are answered. */
const MOST_RUNS = 1 / 9

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
  private readonly inks: Uint8Array<ArrayBuffer>
  private readonly words: Uint32Array
  /** What the question of now changes. */
  private readonly changes: InkRuns
  /** By cell: `CellMark` bits of broken rules at `step`. */
  private broken = new Map<number, number>()
  private readonly relevant = new Uint8Array(256)
  /** True if the ink of a frame that backs no slab follows from its use. */
  private readonly byUse: boolean
  /** The use looked at last at this step, and its ink; -1 = none. */
  private lastUse = -1
  private lastInk = 0
  private lastZone = { start: 0, end: 0, ink: 0 }
  private readonly counts = new Int32Array(BLOCK_SIZE)
  private readonly marks: CellMarks

  constructor(
    private readonly view: RunView,
    private readonly by: Colouring,
    private readonly framesPerCell: number,
  ) {
    this.count = Math.ceil(view.info.frames / framesPerCell)
    this.changes = view.inkRuns
    this.inks = view.spareInks.take(this.count)
    this.words = wordsOf(this.inks)
    this.marks = view.cellMarks.get(String(this.count), () => new CellMarks(this.count))
    this.relevant[Field.USE] = 1
    for (const field of FIELDS[by]) this.relevant[field] = 1
    this.byUse = by === 'owner' || by === 'kind' || by === 'age'
  }

  /** The column of inks, when it is wanted no more. */
  release(): Uint8Array<ArrayBuffer> {
    return this.inks
  }

  /** The inks at a step, or what is another one than in the answer `since`. */
  at(step: number, since: number): MapInks {
    const { view, count, changes } = this
    step = view.cursor.seek(step)
    this.lastUse = -1
    const known = this.version > 0 && since === this.version
    changes.length = 0
    if (this.version === 0) this.makeAll()
    else this.update(step)
    this.step = step
    this.version += 1
    const whole = !known || changes.length > count * MOST_RUNS
    if (whole) this.allRuns()
    const long = changes.length > count * MOST_RUNS
    return {
      version: this.version,
      count,
      whole,
      cells: long ? this.inks.slice() : new Uint8Array(0),
      ...packed(changes, long ? 0 : changes.length, this.changedCells(step), [...this.broken.keys()]),
    }
  }

  /** All cells as runs, in their order. */
  private allRuns(): void {
    const { changes, inks, words, count } = this
    changes.length = 0
    for (let from = 0; from < count;) {
      const to = runEnd(inks, words, from, count)
      changes.add(from, to, inks[from])
      from = to
    }
  }

  private makeAll(): void {
    const { view, framesPerCell, inks } = this
    this.markBroken(view.cursor.step)
    // At boot every frame of a zone is free, and all others are reserved.
    inks.fill(FrameKind.RESERVED)
    for (const { start, end } of view.info.zones)
      inks.fill(FrameKind.BUDDY, Math.floor(start / framesPerCell), Math.ceil(end / framesPerCell))
    if (framesPerCell === 1) this.scan(false)
    else this.look(this.everUsed())
    for (const cell of this.broken.keys()) inks[cell] = this.inkOf(cell)
  }

  /** Moves the inks to the cursor's step, and lists what got another one. */
  private update(step: number): void {
    if (step === this.step) return
    const { view } = this
    const before = this.broken
    if (before.size > 0 || view.violations.length > 0) this.markBroken(step)
    const { ranges, deltas } = deltasBetween(view.store, this.step, step)
    const used = view.cursor.writtenBlocks(Field.USE).length * BLOCK_SIZE
    // An age depends on the playhead.
    if (this.by !== 'age' && deltas < used * SCAN_FROM) this.look(this.touched(ranges))
    else if (this.framesPerCell === 1) this.scan(true)
    else this.look(this.everUsed())
    for (const marks of [before, this.broken]) for (const cell of marks.keys()) this.put(cell, this.inkOf(cell))
  }

  private put(cell: number, ink: number): void {
    if (this.inks[cell] === ink) return
    this.inks[cell] = ink
    this.changes.add(cell, cell + 1, ink)
  }

  private look({ cells, length }: CellList): void {
    for (let i = 0; i < length; i++) this.put(cells[i], this.inkOf(cells[i]))
  }

  /**
   * Looks at all frames that a step seen so far put to use, where a cell is a frame: blocks are read as a whole.
   * `listed`: what gets another ink is listed.
   */
  private scan(listed: boolean): void {
    const { cursor } = this.view
    const { inks, broken, count, changes, counts } = this
    const marked = broken.size > 0
    const counted = COUNTED[this.by]
    const uses = cursor.entries(Field.USE)
    for (const block of cursor.writtenBlocks(Field.USE)) {
      const first = block * BLOCK_SIZE
      const shift = cursor.offset(Field.USE, block) - first
      const end = Math.min(count, first + BLOCK_SIZE)
      if (counted !== null) this.readCounts(counted, block)
      for (let cell = first; cell < end; cell++) {
        const use = uses[cell + shift]
        let ink = this.lastInk
        if (use !== this.lastUse) {
          if (counted === null) ink = this.inkOfUse(cell, use)
          else ink = isPlain(useKind(use)) ? useKind(use) : countInk(counts[cell - first])
        }
        if (ink === inks[cell] || (marked && broken.has(cell))) continue
        inks[cell] = ink
        if (listed) changes.add(cell, cell + 1, ink)
      }
    }
  }

  /** The counts of a block's frames: of the first column as they are, of another one those above 0. */
  private readCounts(fields: readonly Field[], block: number): void {
    const { cursor } = this.view
    const { counts } = this
    for (let f = 0; f < fields.length; f++) {
      const offset = cursor.offset(fields[f], block)
      const entries = offset < 0 ? cursor.block(fields[f], block) : cursor.entries(fields[f])
      const from = Math.max(0, offset)
      for (let i = 0; i < BLOCK_SIZE; i++) {
        const value = entries[from + i] | 0
        counts[i] = f === 0 ? value : counts[i] + Math.max(0, value)
      }
    }
  }

  /** Cells whose frames the deltas of these rows touch. */
  private touched(ranges: readonly DeltaRows[]): CellList {
    const { framesPerCell, relevant } = this
    const { pageSize } = this.view
    const list = this.marks.newList()
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
    const list = this.marks.newList()
    for (const block of view.cursor.writtenBlocks(Field.USE)) {
      const last = Math.floor((block * BLOCK_SIZE + BLOCK_SIZE - 1) / framesPerCell)
      for (let cell = Math.floor((block * BLOCK_SIZE) / framesPerCell); cell <= last; cell++) list.add(cell)
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
    const list = this.marks.newList()
    changedFrames(this.view.store, step, this.view.info.pageShift, (pfn) => {
      const cell = Math.floor(pfn / this.framesPerCell)
      if (cell < this.count) list.add(cell)
    })
    return list.cells.subarray(0, list.length)
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
    const entries = cursor.entries(Field.USE)
    let [best, bestUse, rank, before] = [0, 0, -1, -1]
    for (let pfn = cell * framesPerCell; pfn < end;) {
      const block = Math.floor(pfn / BLOCK_SIZE)
      const offset = cursor.offset(Field.USE, block)
      const uses = offset < 0 ? cursor.block(Field.USE, block) : entries
      const shift = Math.max(0, offset) - block * BLOCK_SIZE
      const last = Math.min(end, (block + 1) * BLOCK_SIZE)
      for (; pfn < last; pfn++) {
        const use = uses[pfn + shift]
        if (use === before) continue
        before = use
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
    if (use === this.lastUse) return this.lastInk
    const ink = isPlain(kind) ? kind : this.classOf(pfn, kind, useAllocation(use))
    if (isPlain(kind) || (this.byUse && (kind !== FrameKind.SLAB || this.by !== 'owner'))) {
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
        return this.zoneInk(pfn)
    }
  }

  private zoneInk(pfn: number): number {
    let zone = this.lastZone
    if (pfn < zone.start || pfn >= zone.end) {
      const index = zoneIndex(this.view.info, pfn)
      const { start, end } = this.view.info.zones[index] ?? { start: pfn, end: pfn + 1 }
      this.lastZone = zone = { start, end, ink: Ink.CLASS + Math.max(0, index) }
    }
    return zone.ink
  }

  /** The allocation that a slab page is coloured by: the first of its objects in use. */
  private objectIn(pfn: number): number {
    const slab = slabAt(this.view, pfn)
    return slab === null ? 0 : firstObjectOfFrame(this.view, slab, pfn)
  }
}
