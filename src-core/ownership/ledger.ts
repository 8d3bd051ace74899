/**
 * The ledger: who holds which right on which memory, folded from the operation and delta columns of a trace
 * (DESIGN §1.1, §1.3). It keeps its own shadow and never asks the machine.
 *
 * Every row is first judged plain or notable: a plain row only updates the shadow; a notable one is shown to the
 * witness (the rules) before it takes effect. The rows of a driver's hot loop are plain.
 *
 * Simplified: references are matched to puts by task and order, not by value (SURFACE §9 "Verdicts": a reference
 * belongs to the program). References of page tables, pins and pipes are not folded yet.
 */
import { AllocationKind } from '../trace/allocation-kind.ts'
import type { TraceChunk } from '../trace/chunk.ts'
import { Field, MAX_ALLOCATION } from '../trace/fields.ts'
import { Family, Flag, NO_SUBJECT, Op, OP_FAMILY } from '../trace/ops.ts'
import { AllocationTable, Mark, MARK_SHIFT, NO_ORDER, ORDER_SHIFT, Word, WORDS } from './allocation-table.ts'
import {
  freeFits,
  hasFrameBase,
  IS_CACHE_ALLOC,
  IS_FOLIO_OP,
  IS_OBJECT_FREE,
  IS_PAGE_FREE,
  IS_POINTER_DERIVE,
  IS_SPECIAL_ALLOC,
  IS_ALWAYS_NOTABLE,
  IS_VMALLOC_TO,
  isPageKind,
  isSlabObject,
} from './op-classes.ts'
import { PointerTable } from './pointer-table.ts'
import { RightKind, RightTable } from './right-table.ts'
import { Row } from './row.ts'
import { StepLog } from './step-log.ts'

/** What sees the notable rows, each before it takes effect on the ledger. */
export interface Witness {
  row(row: Row): void
}

/** A right as views and `sim.access_set` show it. */
export interface Right {
  readonly kind: 'owner' | 'page-reference' | 'kmap' | 'vmap'
  readonly on: 'page' | 'bytes'
  readonly allocation: number
  /** Frame it was taken through; NO_SUBJECT for an owner. */
  readonly pfn: number
  readonly task: number
  /** Step that took it. */
  readonly from: number
  /** Step that ended it; 0 = still held. */
  readonly to: number
}

const RIGHT_NAMES = ['owner', 'page-reference', 'page-reference', 'kmap', 'kmap', 'vmap'] as const
const ANY_MARK = 0xff << MARK_SHIFT
const STOPPED = Flag.FAILED | Flag.NULL | Flag.FAULT | Flag.WILD

export class Ledger {
  readonly steps = new StepLog()
  readonly allocations = new AllocationTable(this.steps)
  readonly rights = new RightTable(this.steps)
  readonly pointers = new PointerTable(this.steps)
  /** Last step folded. */
  step = 0
  /** Allocation that occupies each frame, the last one that did, and the frame's kind. */
  private readonly occupants: Uint32Array
  private readonly lastOccupants: Uint32Array
  private readonly frameKinds: Uint8Array
  private readonly shift: number
  private readonly current = new Row()
  /** Kmap rights in force on slab pages: while there are any, freeing an object is notable. */
  private slabMappings = 0
  /** Row of `rights` by right id of the trace. */
  private readonly rowOfRight: number[] = []
  private readonly rowsOfArea = new Map<number, number[]>()
  /** Newest slab object at each starting address; filled up to `indexed` when asked. */
  private readonly objects = new Map<number, number>()
  private indexed = 0
  private readonly splits = new Map<number, number>()

  constructor(machine: { readonly frames: number; readonly pageShift: number }) {
    this.occupants = new Uint32Array(machine.frames)
    this.lastOccupants = new Uint32Array(machine.frames)
    this.frameKinds = new Uint8Array(machine.frames)
    this.shift = machine.pageShift
  }

  /** Folds rows [from, to) of a chunk. Chunks and rows come in the order of the trace, none twice. */
  feed(chunk: TraceChunk, from: number, to: number, witness: Witness | null = null): void {
    this.steps.add(chunk)
    const { kind, task, allocation, subject, a, b, flags, deltaEnd } = chunk.ops
    const { field, index, old, new: next } = chunk.deltas
    const table = this.allocations
    const { occupants, lastOccupants, frameKinds } = this
    let delta = from === 0 ? 0 : deltaEnd[from - 1]
    let step = chunk.firstStep + from - 1
    for (let i = from; i < to; i++) {
      step++
      const op = kind[i]
      const family = OP_FAMILY[op]
      const id = allocation[i]
      if (id > table.lastId) this.ingest(chunk, step, op, a[i])
      if (!this.isPlain(op, family, id, subject[i], a[i], b[i], flags[i])) {
        if (chunk.allocationCount > table.lastId - chunk.firstAllocation + 1) this.ingest(chunk, step, op, a[i])
        this.step = step
        if (witness !== null) {
          this.current.load(chunk, i, delta)
          witness.row(this.current)
        }
      }
      if (family === Family.FREE) this.free(op, id, subject[i], step, task[i], flags[i])
      else if (family === Family.PUT && id !== 0 && (flags[i] & STOPPED) === 0) this.put(id, step, task[i])
      for (const end = deltaEnd[i]; delta < end; delta++) {
        const what = field[delta]
        if (what === Field.USE) {
          const pfn = index[delta]
          const before = old[delta] & MAX_ALLOCATION
          const after = next[delta] & MAX_ALLOCATION
          occupants[pfn] = after
          frameKinds[pfn] = next[delta] >>> 28
          if (after !== 0) lastOccupants[pfn] = after
          if (before !== 0 && before !== after) this.vacated(before, pfn, step)
        } else if (what === Field.OBJECT) {
          if (next[delta] === 0) this.released(old[delta], step)
        }
      }
      switch (family) {
        case Family.ALLOC:
          if (id !== 0) this.alloc(chunk, i, op, id, step)
          break
        case Family.GET:
          if (id !== 0 && (flags[i] & STOPPED) === 0) {
            const taken = (flags[i] & Flag.DECLINED) === 0 ? RightKind.REFERENCE : RightKind.BELIEF
            this.take(taken, id, subject[i], step, task[i], 0)
          }
          break
        case Family.MAP:
          if (id !== 0 && (flags[i] & STOPPED) === 0) this.map(op, id, subject[i], step, task[i], a[i])
          break
        case Family.MOVE:
          if (op === Op.split_page && id !== 0 && (flags[i] & STOPPED) === 0) this.split(chunk, id, step, op)
          break
        case Family.UNMAP:
          this.unmap(a[i], step)
          break
        case Family.DERIVE:
          if (id !== 0 && id <= table.lastId) {
            table.words[id * WORDS + Word.POINTERS] = this.pointers.add(step, subject[i], table.pointers(id))
          }
          break
      }
    }
    this.step = step
    if (chunk.allocationCount > table.lastId - chunk.firstAllocation + 1) this.ingest(chunk, step, 0, 0)
  }

  /** False if the rules have to see the row. Reads the state before the row. */
  private isPlain(
    op: number,
    family: number,
    id: number,
    subject: number,
    a: number,
    b: number,
    flags: number,
  ): boolean {
    const { words } = this.allocations
    const at = id * WORDS
    const kind = words[at] & 0xff
    const mark = (words[at] >>> MARK_SHIFT) & 0xff
    switch (family) {
      case Family.ALLOC:
        return flags === 0 && IS_SPECIAL_ALLOC[op] === 0
      case Family.FREE: {
        if (flags !== Flag.LAST || id === 0 || mark !== 0 || !freeFits(op, kind)) return false
        if (IS_PAGE_FREE[op] === 1) return subject === words[at + Word.BASE] && a === words[at] >>> ORDER_SHIFT
        if (a !== 0 || this.slabMappings !== 0) return false
        if (kind === AllocationKind.CACHE_OBJECT)
          return op !== Op.kmem_cache_free || b + 1 === words[at] >>> ORDER_SHIFT
        return kind === AllocationKind.KMALLOC || kind === AllocationKind.LARGE_KMALLOC
      }
      case Family.READ:
      case Family.WRITE:
        return (
          id !== 0 &&
          (mark & ~Mark.RIGHTS) === 0 &&
          (flags & ~Flag.VMALLOC) === 0 &&
          b >= 0 &&
          b + a <= words[at + Word.SIZE] >>> 0 &&
          kind !== AllocationKind.SLAB
        )
      case Family.GET:
        return (
          id !== 0 &&
          flags === 0 &&
          (mark & ~Mark.RIGHTS) === 0 &&
          (kind === AllocationKind.COMPOUND || (kind === AllocationKind.PAGES && subject === words[at + Word.BASE]))
        )
      case Family.PUT:
        return id !== 0 && flags === 0 && (mark & ~Mark.RIGHTS) === 0 && isPageKind(kind)
      case Family.MAP:
        return flags === 0 && id !== 0 && (mark & (Mark.FREED | Mark.TAINTED)) === 0
      case Family.UNMAP:
        return flags === 0 && a === b
      case Family.DERIVE:
        return flags === 0 && IS_VMALLOC_TO[op] === 0 && IS_FOLIO_OP[op] === 0
      case Family.ASSERT:
      case Family.EXCEPTION:
      case Family.NOT_SIMULATED:
        return false
      default:
        return (flags & (Flag.NULL | Flag.FAULT | Flag.WILD)) === 0 && IS_ALWAYS_NOTABLE[op] === 0
    }
  }

  /** Takes in the allocations that steps up to `step` made; `op` and `a` are of the step itself. */
  private ingest(chunk: TraceChunk, step: number, op: number, a: number): void {
    const columns = chunk.allocations
    const table = this.allocations
    for (
      let at = table.lastId - chunk.firstAllocation + 1;
      at < chunk.allocationCount && columns.step[at] <= step;
      at++
    ) {
      const kind = columns.kind[at]
      let extra = 0
      if (isPageKind(kind)) {
        const pages = columns.size[at] >>> this.shift
        extra = op === Op.alloc_pages_exact || (pages & (pages - 1)) !== 0 ? NO_ORDER : 31 - Math.clz32(pages)
      } else if ((kind === AllocationKind.CACHE_OBJECT && IS_CACHE_ALLOC[op] === 1) || kind === AllocationKind.CACHE) {
        extra = a + 1
      }
      table.add(kind, columns.base[at], columns.size[at], columns.step[at], extra)
    }
  }

  /** A frame left an allocation: if it was the first one, the memory went back. */
  private vacated(id: number, pfn: number, step: number): void {
    const { words } = this.allocations
    const at = id * WORDS
    if (words[at + Word.BASE] === pfn && hasFrameBase(words[at] & 0xff)) this.released(id, step)
  }

  /** The memory went back to its allocator. */
  private released(id: number, step: number): void {
    const { words } = this.allocations
    const at = id * WORDS
    if (id === 0 || (words[at] & (Mark.FREED << MARK_SHIFT)) !== 0) return
    words[at] |= Mark.FREED << MARK_SHIFT
    words[at + Word.FREED] = step
  }

  private alloc(chunk: TraceChunk, i: number, op: number, id: number, step: number): void {
    const { words } = this.allocations
    const at = id * WORDS
    if (isSlabObject(words[at] & 0xff)) words[at + Word.SLAB] = this.occupants[words[at + Word.BASE] >>> this.shift]
    if (op === Op.krealloc) {
      const old = chunk.ops.b[i]
      if (old > 0 && old !== id) this.released(old, step)
    } else if (op === Op.vmap) this.vmap(chunk, i, id, step)
  }

  private vmap(chunk: TraceChunk, i: number, area: number, step: number): void {
    const { ops, deltas } = chunk
    const moved = (ops.b[i] & VM_MAP_PUT_PAGES) !== 0
    const rows: number[] = []
    for (let d = i === 0 ? 0 : ops.deltaEnd[i - 1]; d < ops.deltaEnd[i]; d++) {
      if (deltas.field[d] !== Field.VMAP || deltas.new[d] === 0) continue
      const pfn = deltas.new[d] - 1
      const page = this.occupants[pfn]
      if (page === 0) continue
      if (moved) this.endOwner(page, step)
      rows.push(this.take(RightKind.VMAP, page, pfn, step, ops.task[i], area))
    }
    this.rowsOfArea.set(area, rows)
  }

  private free(op: number, id: number, subject: number, step: number, task: number, flags: number): void {
    const table = this.allocations
    if (id === 0 || (flags & (Flag.NULL | Flag.FAULT | Flag.FAILED)) !== 0) return
    const head = table.words[id * WORDS]
    if ((head & (Mark.FREED << MARK_SHIFT)) !== 0) {
      if (IS_PAGE_FREE[op] === 1 && (flags & STOPPED) === 0) this.endReference(id, subject, step, task)
      return
    }
    if (IS_PAGE_FREE[op] === 1) {
      if (flags === Flag.LAST && (head & ANY_MARK) === 0) return // The USE deltas of the row say what went back.
      const owned = isPageKind(head & 0xff) && table.ownerEnd(id) === 0
      if (owned) this.endOwner(id, step)
      else this.endReference(id, subject, step, task)
      return
    }
    if ((flags & Flag.LAST) !== 0) this.released(id, step)
    else if (IS_OBJECT_FREE[op] === 1 && freeFits(op, head & 0xff)) this.endOwner(id, step)
    const rows = this.rowsOfArea.get(id)
    if (rows !== undefined) for (const row of rows) if (this.rights.to(row) === 0) this.endRight(row, step)
  }

  /** split_page(): the first page keeps the allocation, the others are allocations of their own from now on. */
  private split(chunk: TraceChunk, id: number, step: number, op: number): void {
    const table = this.allocations
    table.words[id * WORDS + Word.SIZE] = 2 ** this.shift
    table.setOrder(id, 0)
    this.splits.set(id, step)
    this.ingest(chunk, step, op, 0)
  }

  /** Step at which split_page() reduced an allocation to its first page; 0 = never. */
  splitAt(id: number): number {
    return this.splits.get(id) ?? 0
  }

  private endOwner(id: number, step: number): void {
    if (this.allocations.ownerEnd(id) === 0) this.allocations.giveUp(id, step)
  }

  private take(kind: RightKind, id: number, pfn: number, step: number, task: number, name: number): number {
    const { words } = this.allocations
    const at = id * WORDS
    const row = this.rights.add(kind, id, pfn, step, task, name, words[at + Word.RIGHTS])
    words[at + Word.RIGHTS] = row
    words[at + Word.SLAB]++
    words[at] |= Mark.RIGHTS << MARK_SHIFT
    return row
  }

  private endRight(row: number, step: number): void {
    this.rights.end(row, step)
    const { words } = this.allocations
    const at = this.rights.allocation(row) * WORDS
    if (--words[at + Word.SLAB] === 0) words[at] &= ~(Mark.RIGHTS << MARK_SHIFT)
  }

  private put(id: number, step: number, task: number): void {
    const match = this.matchPut(id, task)
    if (match > 0) this.endRight(match, step)
    else if (match === OWNER) this.endOwner(id, step)
  }

  private endReference(id: number, subject: number, step: number, task: number): void {
    const match = this.matchReference(id, task, subject)
    if (match > 0) this.endRight(match, step)
  }

  private map(op: number, id: number, pfn: number, step: number, task: number, name: number): void {
    const row = this.take(op === Op.kmap ? RightKind.KMAP : RightKind.KMAP_LOCAL, id, pfn, step, task, name)
    this.rowOfRight[name] = row
    this.allocations.addMark(id, Mark.KMAPPED)
    if (this.allocations.kind(id) === AllocationKind.SLAB) this.slabMappings++
  }

  private unmap(name: number, step: number): void {
    const row = this.rowOf(name)
    if (row === 0 || this.rights.to(row) !== 0) return
    this.endRight(row, step)
    if (this.allocations.kind(this.rights.allocation(row)) === AllocationKind.SLAB) this.slabMappings--
  }

  /**
   * The right that a put by `task` drops: its own newest reference, else the owner's right if the task made the
   * memory, else the newest reference of anybody, else the owner's. Returns a row of `rights`, OWNER or NOBODY.
   */
  matchPut(id: number, task: number): number {
    const table = this.allocations
    const own = this.matchReference(id, task, NO_SUBJECT)
    if (own > 0 && this.rights.task(own) === task) return own
    const owner =
      table.ownerEnd(id) === 0 && (isPageKind(table.kind(id)) || table.kind(id) === AllocationKind.LARGE_KMALLOC)
    if (owner && table.task(id) === task) return OWNER
    if (own > 0) return own
    return owner ? OWNER : NOBODY
  }

  /** Newest reference (or get that took nothing) in force: the task's own first. 0 = none. `pfn` NO_SUBJECT = any page. */
  matchReference(id: number, task: number, pfn: number): number {
    const { rights } = this
    let other = 0
    for (let row = this.allocations.rights(id); row !== 0; row = rights.older(row)) {
      if (rights.to(row) !== 0 || rights.kind(row) > RightKind.BELIEF) continue
      if (pfn !== NO_SUBJECT && rights.pfn(row) !== pfn) continue
      if (rights.task(row) === task) return row
      if (other === 0) other = row
    }
    return other
  }

  /** Rows of the rights in force on an allocation that `wanted` accepts, oldest first. */
  held(id: number, wanted: (kind: number) => boolean): number[] {
    const rows: number[] = []
    for (let row = this.allocations.rights(id); row !== 0; row = this.rights.older(row)) {
      if (this.rights.to(row) === 0 && wanted(this.rights.kind(row))) rows.push(row)
    }
    return rows.reverse()
  }

  /** Allocation that holds a frame at the end of what was folded; 0 = none. */
  occupant(pfn: number): number {
    return this.occupants[pfn] ?? 0
  }
  /** Allocation that holds or held a frame last; 0 = none. */
  lastOccupant(pfn: number): number {
    return this.lastOccupants[pfn] ?? 0
  }
  /** `FrameKind` of a frame after its last change; 0 if this run never changed it. */
  frameKind(pfn: number): number {
    return this.frameKinds[pfn] ?? 0
  }

  /** Newest slab object that covers a physical address, live or freed; 0 = none. */
  objectAt(phys: number): number {
    const table = this.allocations
    for (; this.indexed < table.lastId;) {
      const id = ++this.indexed
      if (isSlabObject(table.kind(id))) this.objects.set(table.base(id), id)
    }
    for (let at = phys - (phys % 8), tries = 0; at >= 0 && tries <= MAX_OBJECT / 8; at -= 8, tries++) {
      const id = this.objects.get(at)
      if (id !== undefined) return phys < at + Math.max(table.size(id), 1) ? id : 0
    }
    return 0
  }

  /** Page allocations that a vmap area maps, each once. */
  pagesOfArea(area: number): number[] {
    const rows = this.rowsOfArea.get(area) ?? []
    return [...new Set(rows.map((row) => this.rights.allocation(row)))]
  }

  /** Trace row of `rights` for a right id of the trace (kmap); 0 = unknown. */
  rowOf(rightId: number): number {
    return this.rowOfRight[rightId] ?? 0
  }

  /** What can reach the memory after `step`: the owner first, then oldest first. */
  accessSet(allocation: number, step: number): Right[] {
    const table = this.allocations
    if (allocation <= 0 || allocation > table.lastId || table.bornAt(allocation) > step) return []
    const out: Right[] = []
    const ended = table.ownerEnd(allocation)
    if (table.kind(allocation) !== AllocationKind.SLAB && (ended === 0 || ended > step))
      out.push(this.ownerRight(allocation))
    const slab = table.slab(allocation)
    const rows = this.rowsAt(allocation, step)
    if (slab !== 0) rows.push(...this.rowsAt(slab, step).filter((row) => this.reachesObject(row, allocation)))
    rows.sort((x, y) => this.rights.from(x) - this.rights.from(y) || x - y)
    return [...out, ...rows.map((row) => this.right(row))]
  }

  /** Every right that reaches a frame after `step`. */
  accessSetOfFrame(pfn: number, step: number): Right[] {
    const table = this.allocations
    const out: Right[] = []
    for (let id = 1; id <= table.lastId; id++) {
      if (!hasFrameBase(table.kind(id)) || table.bornAt(id) > step) continue
      const first = table.base(id)
      const frames = Math.max(1, Math.ceil(table.size(id) / 2 ** this.shift))
      if (pfn < first || pfn >= first + frames) continue
      const block = table.kind(id) !== AllocationKind.PAGES
      for (const right of this.accessSet(id, step)) {
        if (right.kind === 'owner' || right.pfn === pfn || (block && right.on === 'page')) out.push(right)
      }
    }
    const holder = this.occupant(pfn)
    if (out.length === 0 && holder !== 0) return this.accessSet(holder, step)
    return out
  }

  /** All rights ever taken on an allocation, oldest first; the owner's is not among them. */
  rightsOf(allocation: number): Right[] {
    const out: Right[] = []
    for (let row = this.allocations.rights(allocation); row !== 0; row = this.rights.older(row)) {
      if (this.rights.kind(row) !== RightKind.BELIEF) out.push(this.right(row))
    }
    return out.reverse()
  }

  /** Steps that made plain pointers into an allocation up to `step`, oldest first. */
  pointersOf(allocation: number, step: number): number[] {
    return this.pointerRows(allocation)
      .filter((row) => this.pointers.step(row) <= step)
      .map((row) => this.pointers.step(row))
  }

  /** Rows of `pointers` that are plain pointers into an allocation (of an object: into its slab page too), oldest first. */
  pointerRows(allocation: number): number[] {
    const table = this.allocations
    const out: number[] = []
    const collect = (id: number, reaches: (row: number) => boolean): void => {
      for (let row = table.pointers(id); row !== 0; row = this.pointers.older(row)) {
        if (IS_POINTER_DERIVE[this.pointers.op(row)] === 1 && reaches(row)) out.push(row)
      }
    }
    collect(allocation, () => true)
    const slab = table.slab(allocation)
    if (slab !== 0) {
      const frame = table.base(allocation) >>> this.shift
      collect(slab, (row) => this.pointers.step(row) > table.bornAt(allocation) && this.pointsIntoFrame(row, frame))
    }
    return out.sort((x, y) => x - y)
  }

  private pointsIntoFrame(row: number, frame: number): boolean {
    const subject = this.pointers.subject(row)
    return subject === frame || subject >>> this.shift === frame
  }

  private rowsAt(allocation: number, step: number): number[] {
    const out: number[] = []
    const { rights } = this
    for (let row = this.allocations.rights(allocation); row !== 0; row = rights.older(row)) {
      if (rights.kind(row) === RightKind.BELIEF || rights.from(row) > step) continue
      if (rights.to(row) === 0 || rights.to(row) > step) out.push(row)
    }
    return out
  }

  /** True if a right on a slab page reaches one of its objects: a reference keeps all of it, a mapping one page. */
  reachesObject(row: number, object: number): boolean {
    if (this.rights.kind(row) === RightKind.REFERENCE) return true
    const first = this.allocations.base(object) >>> this.shift
    const last = (this.allocations.base(object) + Math.max(1, this.allocations.size(object)) - 1) >>> this.shift
    return this.rights.pfn(row) >= first && this.rights.pfn(row) <= last
  }

  right(row: number): Right {
    const kind = this.rights.kind(row)
    return {
      kind: RIGHT_NAMES[kind] ?? 'page-reference',
      on: kind === RightKind.REFERENCE || kind === RightKind.BELIEF ? 'page' : 'bytes',
      allocation: this.rights.allocation(row),
      pfn: this.rights.pfn(row),
      task: this.rights.task(row),
      from: this.rights.from(row),
      to: this.rights.to(row),
    }
  }

  private ownerRight(allocation: number): Right {
    const table = this.allocations
    return {
      kind: 'owner',
      on: isPageKind(table.kind(allocation)) ? 'page' : 'bytes',
      allocation,
      pfn: NO_SUBJECT,
      task: table.task(allocation),
      from: table.bornAt(allocation),
      to: table.ownerEnd(allocation),
    }
  }
}

/** Answers of `matchPut` that are no row: the owner's right, and nothing left to drop. */
export const OWNER = -1
export const NOBODY = 0
/** Largest slab object in bytes (kmalloc-8k). */
const MAX_OBJECT = 8192
const VM_MAP_PUT_PAGES = 0x200
