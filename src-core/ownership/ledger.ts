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
import { AllocationTable, Mark } from './allocation-table.ts'
import {
  freeFits,
  hasFrameBase,
  IS_CACHE_ALLOC,
  IS_FOLIO_OP,
  IS_OBJECT_FREE,
  IS_PAGE_FREE,
  IS_POINTER_DERIVE,
  IS_SPECIAL_ALLOC,
  IS_VIRT_TO,
  IS_VMALLOC_TO,
  isPageKind,
  isSlabObject,
} from './op-classes.ts'
import { PointerTable } from './pointer-table.ts'
import { RightKind, RightTable } from './right-table.ts'
import { Row } from './row.ts'

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
const STOPPED = Flag.FAILED | Flag.NULL | Flag.FAULT | Flag.WILD

export class Ledger {
  readonly allocations = new AllocationTable()
  readonly rights = new RightTable()
  readonly pointers = new PointerTable()
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
  private readonly rowOfRight = new Map<number, number>()
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
    const { ops } = chunk
    const table = this.allocations
    let delta = from === 0 ? 0 : ops.deltaEnd[from - 1]
    for (let i = from; i < to; i++) {
      const step = chunk.firstStep + i
      const op = ops.kind[i]
      const id = ops.allocation[i]
      const flags = ops.flags[i]
      const site = ops.site[i]
      const task = ops.task[i]
      const end = ops.deltaEnd[i]
      this.step = step
      if (chunk.allocationCount > table.lastId - chunk.firstAllocation + 1) this.ingest(chunk, step, site, task, op)
      const family = OP_FAMILY[op]
      if (!this.isPlain(op, family, id, ops.subject[i], ops.a[i], ops.b[i], flags) && witness !== null) {
        this.current.load(chunk, i, delta)
        witness.row(this.current)
      }
      if (family === Family.FREE) this.free(op, id, ops.subject[i], step, task, site, flags)
      else if (family === Family.PUT && id !== 0 && (flags & STOPPED) === 0) this.put(id, step, task, site, op)
      for (; delta < end; delta++) {
        const field = chunk.deltas.field[delta]
        if (field === Field.USE) {
          this.use(chunk.deltas.index[delta], chunk.deltas.old[delta], chunk.deltas.new[delta], step, task, site, op)
        } else if (field === Field.OBJECT && chunk.deltas.new[delta] === 0) {
          this.released(chunk.deltas.old[delta], step, task, site, op)
        }
      }
      switch (family) {
        case Family.ALLOC:
          this.alloc(chunk, i, op, id)
          break
        case Family.GET:
          if (id !== 0 && (flags & STOPPED) === 0) {
            const kind = (flags & Flag.DECLINED) === 0 ? RightKind.REFERENCE : RightKind.BELIEF
            this.take(kind, id, ops.subject[i], step, task, site, 0)
          }
          break
        case Family.MAP:
          if (id !== 0 && (flags & STOPPED) === 0) {
            const kind = op === Op.kmap ? RightKind.KMAP : RightKind.KMAP_LOCAL
            const row = this.take(kind, id, ops.subject[i], step, task, site, ops.a[i])
            this.rowOfRight.set(ops.a[i], row)
            table.markOf[id] |= Mark.KMAPPED
            if (table.kindOf[id] === AllocationKind.SLAB) this.slabMappings++
          }
          break
        case Family.MOVE:
          if (op === Op.split_page && id !== 0 && (flags & STOPPED) === 0) this.split(id)
          break
        case Family.UNMAP:
          this.unmap(ops.a[i], step, task, site)
          break
        case Family.DERIVE:
          if (id !== 0 && id <= table.lastId) {
            table.pointersOf[id] = this.pointers.add(step, site, op, ops.subject[i], table.pointersOf[id])
          }
          break
      }
    }
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
    const table = this.allocations
    switch (family) {
      case Family.READ:
      case Family.WRITE:
        return (
          id !== 0 &&
          table.markOf[id] === 0 &&
          (flags & ~Flag.VMALLOC) === 0 &&
          b >= 0 &&
          b + a <= table.sizeOf[id] &&
          table.kindOf[id] !== AllocationKind.SLAB
        )
      case Family.FREE: {
        if (id === 0 || table.markOf[id] !== 0 || flags !== Flag.LAST) return false
        const kind = table.kindOf[id]
        if (!freeFits(op, kind)) return false
        if (IS_PAGE_FREE[op] === 1) return subject === table.baseOf[id] && a === table.orderOf[id]
        if (isSlabObject(kind)) {
          return a === 0 && this.slabMappings === 0 && (op !== Op.kmem_cache_free || b + 1 === table.cacheOf[id])
        }
        return kind === AllocationKind.LARGE_KMALLOC && a === 0
      }
      case Family.GET:
        return (
          id !== 0 &&
          flags === 0 &&
          (table.markOf[id] & ~Mark.RIGHTS) === 0 &&
          (table.kindOf[id] === AllocationKind.COMPOUND ||
            (table.kindOf[id] === AllocationKind.PAGES && subject === table.baseOf[id]))
        )
      case Family.PUT:
        return id !== 0 && flags === 0 && (table.markOf[id] & ~Mark.RIGHTS) === 0 && isPageKind(table.kindOf[id])
      case Family.ALLOC:
        return flags === 0 && IS_SPECIAL_ALLOC[op] === 0
      case Family.MAP:
        return flags === 0 && id !== 0 && table.markOf[id] === 0
      case Family.UNMAP:
        return flags === 0 && a === b
      case Family.DERIVE:
        return flags === 0 && IS_VMALLOC_TO[op] === 0 && IS_FOLIO_OP[op] === 0
      case Family.ASSERT:
      case Family.EXCEPTION:
      case Family.NOT_SIMULATED:
        return false
      default:
        return (
          (flags & (Flag.NULL | Flag.FAULT | Flag.WILD)) === 0 &&
          IS_VIRT_TO[op] === 0 &&
          op !== Op.page_flag_set &&
          op !== Op.page_flag_clear
        )
    }
  }

  /** Takes in the allocations that the step made. */
  private ingest(chunk: TraceChunk, step: number, site: number, task: number, op: number): void {
    const columns = chunk.allocations
    const table = this.allocations
    for (
      let at = table.lastId - chunk.firstAllocation + 1;
      at < chunk.allocationCount && columns.step[at] <= step;
      at++
    ) {
      table.add(columns.kind[at], columns.base[at], columns.size[at], columns.step[at], site, task, op, this.shift)
    }
  }

  private use(pfn: number, old: number, next: number, step: number, task: number, site: number, op: number): void {
    const table = this.allocations
    const before = old & MAX_ALLOCATION
    const after = next & MAX_ALLOCATION
    this.occupants[pfn] = after
    this.frameKinds[pfn] = next >>> 28
    if (after !== 0) this.lastOccupants[pfn] = after
    if (before !== 0 && before !== after && table.baseOf[before] === pfn && hasFrameBase(table.kindOf[before])) {
      this.released(before, step, task, site, op)
    }
  }

  /** The memory went back to its allocator. */
  private released(id: number, step: number, task: number, site: number, op: number): void {
    const table = this.allocations
    if (id === 0 || (table.markOf[id] & Mark.FREED) !== 0) return
    table.markOf[id] |= Mark.FREED
    table.freedOf[id] = step
    table.freeSiteOf[id] = site
    table.freeTaskOf[id] = task
    table.freeOpOf[id] = op
    if (table.ownerEndOf[id] === 0) {
      table.ownerEndOf[id] = step
      table.ownerEndOpOf[id] = op
    }
  }

  private alloc(chunk: TraceChunk, i: number, op: number, id: number): void {
    if (id === 0) return
    const { ops } = chunk
    const table = this.allocations
    if (isSlabObject(table.kindOf[id])) {
      table.slabOf[id] = this.occupants[table.baseOf[id] >>> this.shift]
      if (IS_CACHE_ALLOC[op] === 1) table.cacheOf[id] = ops.a[i] + 1
    }
    if (op === Op.kmem_cache_create) table.cacheOf[id] = ops.a[i] + 1
    if (op === Op.krealloc) {
      const old = ops.b[i]
      if (old > 0 && old !== id) this.released(old, this.step, ops.task[i], ops.site[i], op)
    }
    if (op === Op.vmap) this.vmap(chunk, i, id)
  }

  private vmap(chunk: TraceChunk, i: number, area: number): void {
    const { ops, deltas } = chunk
    const moved = (ops.b[i] & VM_MAP_PUT_PAGES) !== 0
    const rows: number[] = []
    for (let d = i === 0 ? 0 : ops.deltaEnd[i - 1]; d < ops.deltaEnd[i]; d++) {
      if (deltas.field[d] !== Field.VMAP || deltas.new[d] === 0) continue
      const pfn = deltas.new[d] - 1
      const page = this.occupants[pfn]
      if (page === 0) continue
      if (moved) this.endOwner(page, this.step, Op.vmap)
      rows.push(this.take(RightKind.VMAP, page, pfn, this.step, ops.task[i], ops.site[i], area))
    }
    this.rowsOfArea.set(area, rows)
  }

  private free(op: number, id: number, subject: number, step: number, task: number, site: number, flags: number): void {
    const table = this.allocations
    if (id === 0 || (flags & (Flag.NULL | Flag.FAULT | Flag.FAILED)) !== 0 || (table.markOf[id] & Mark.FREED) !== 0) {
      if (id !== 0 && IS_PAGE_FREE[op] === 1 && (flags & STOPPED) === 0)
        this.endReference(id, subject, step, task, site)
      return
    }
    if (IS_PAGE_FREE[op] === 1) {
      const owned = isPageKind(table.kindOf[id]) && table.ownerEndOf[id] === 0
      if (owned) this.endOwner(id, step, op)
      else this.endReference(id, subject, step, task, site)
      return
    }
    if ((flags & Flag.LAST) !== 0) this.released(id, step, task, site, op)
    else if (IS_OBJECT_FREE[op] === 1 && freeFits(op, table.kindOf[id])) this.endOwner(id, step, op)
    const rows = this.rowsOfArea.get(id)
    if (rows !== undefined) {
      for (const row of rows) if (this.rights.toOf[row] === 0) this.rights.end(row, step, task, site)
      this.rowsOfArea.delete(id)
    }
  }

  /** split_page(): the first page keeps the allocation, the others are allocations of their own from now on. */
  private split(id: number): void {
    const table = this.allocations
    table.sizeOf[id] = 2 ** this.shift
    table.orderOf[id] = 0
    this.splits.set(id, this.step)
  }

  /** Step at which split_page() reduced an allocation to its first page; 0 = never. */
  splitAt(id: number): number {
    return this.splits.get(id) ?? 0
  }

  private endOwner(id: number, step: number, op: number): void {
    if (this.allocations.ownerEndOf[id] !== 0) return
    this.allocations.ownerEndOf[id] = step
    this.allocations.ownerEndOpOf[id] = op
  }

  private take(
    kind: RightKind,
    id: number,
    pfn: number,
    step: number,
    task: number,
    site: number,
    name: number,
  ): number {
    const table = this.allocations
    const row = this.rights.add(kind, id, pfn, step, task, site, name, table.rightsOf[id])
    table.rightsOf[id] = row
    table.markOf[id] |= Mark.RIGHTS
    return row
  }

  private put(id: number, step: number, task: number, site: number, op: number): void {
    const match = this.matchPut(id, task)
    if (match > 0) this.rights.end(match, step, task, site)
    else if (match === OWNER) this.endOwner(id, step, op)
  }

  private endReference(id: number, subject: number, step: number, task: number, site: number): void {
    const match = this.matchReference(id, task, subject)
    if (match > 0) this.rights.end(match, step, task, site)
  }

  private unmap(name: number, step: number, task: number, site: number): void {
    const row = this.rowOfRight.get(name)
    if (row === undefined || this.rights.toOf[row] !== 0) return
    this.rights.end(row, step, task, site)
    if (this.allocations.kindOf[this.rights.allocationOf[row]] === AllocationKind.SLAB) this.slabMappings--
  }

  /**
   * The right that a put by `task` drops: its own newest reference, else the owner's right if the task made the
   * memory, else the newest reference of anybody, else the owner's. Returns a row of `rights`, OWNER or NOBODY.
   */
  matchPut(id: number, task: number): number {
    const table = this.allocations
    const own = this.matchReference(id, task, NO_SUBJECT)
    if (own > 0 && this.rights.taskOf[own] === task) return own
    const owner =
      table.ownerEndOf[id] === 0 && (isPageKind(table.kindOf[id]) || table.kindOf[id] === AllocationKind.LARGE_KMALLOC)
    if (owner && table.taskOf[id] === task) return OWNER
    if (own > 0) return own
    return owner ? OWNER : NOBODY
  }

  /** Newest reference (or get that took nothing) in force: the task's own first. 0 = none. `pfn` NO_SUBJECT = any page. */
  matchReference(id: number, task: number, pfn: number): number {
    const { rights } = this
    let other = 0
    for (let row = this.allocations.rightsOf[id]; row !== 0; row = rights.olderOf[row]) {
      if (rights.toOf[row] !== 0 || rights.kindOf[row] > RightKind.BELIEF) continue
      if (pfn !== NO_SUBJECT && rights.pfnOf[row] !== pfn) continue
      if (rights.taskOf[row] === task) return row
      if (other === 0) other = row
    }
    return other
  }

  /** Rows of the rights in force on an allocation that `wanted` accepts, oldest first. */
  held(id: number, wanted: (kind: number) => boolean): number[] {
    const rows: number[] = []
    for (let row = this.allocations.rightsOf[id]; row !== 0; row = this.rights.olderOf[row]) {
      if (this.rights.toOf[row] === 0 && wanted(this.rights.kindOf[row])) rows.push(row)
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
      if (isSlabObject(table.kindOf[id])) this.objects.set(table.baseOf[id], id)
    }
    for (let at = phys - (phys % 8), tries = 0; at >= 0 && tries <= MAX_OBJECT / 8; at -= 8, tries++) {
      const id = this.objects.get(at)
      if (id !== undefined) return phys < at + Math.max(table.sizeOf[id], 1) ? id : 0
    }
    return 0
  }

  /** Page allocations that a vmap area maps, each once. */
  pagesOfArea(area: number): number[] {
    const rows = this.rowsOfArea.get(area) ?? []
    return [...new Set(rows.map((row) => this.rights.allocationOf[row]))]
  }

  /** Trace row of `rights` for a right id of the trace (kmap); 0 = unknown. */
  rowOf(rightId: number): number {
    return this.rowOfRight.get(rightId) ?? 0
  }

  /** What can reach the memory after `step`: the owner first, then oldest first. */
  accessSet(allocation: number, step: number): Right[] {
    const table = this.allocations
    const { kindOf, bornOf, slabOf } = table
    if (allocation <= 0 || allocation > table.lastId || bornOf[allocation] > step) return []
    const out: Right[] = []
    const ended = table.ownerEndOf[allocation]
    if (kindOf[allocation] !== AllocationKind.SLAB && (ended === 0 || ended > step))
      out.push(this.ownerRight(allocation))
    const slab = slabOf[allocation]
    const rows = this.rowsAt(allocation, step)
    if (slab !== 0) rows.push(...this.rowsAt(slab, step).filter((row) => this.reachesObject(row, allocation)))
    rows.sort((x, y) => this.rights.fromOf[x] - this.rights.fromOf[y] || x - y)
    return [...out, ...rows.map((row) => this.right(row))]
  }

  /** Every right that reaches a frame after `step`. */
  accessSetOfFrame(pfn: number, step: number): Right[] {
    const table = this.allocations
    const out: Right[] = []
    for (let id = 1; id <= table.lastId; id++) {
      if (!hasFrameBase(table.kindOf[id]) || table.bornOf[id] > step) continue
      const first = table.baseOf[id]
      const frames = Math.max(1, Math.ceil(table.sizeOf[id] / 2 ** this.shift))
      if (pfn < first || pfn >= first + frames) continue
      const block = table.kindOf[id] !== AllocationKind.PAGES
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
    for (let row = this.allocations.rightsOf[allocation] ?? 0; row !== 0; row = this.rights.olderOf[row]) {
      if (this.rights.kindOf[row] !== RightKind.BELIEF) out.push(this.right(row))
    }
    return out.reverse()
  }

  /** Steps that made plain pointers into an allocation up to `step`, oldest first. */
  pointersOf(allocation: number, step: number): number[] {
    return this.pointerRows(allocation)
      .filter((row) => this.pointers.stepOf[row] <= step)
      .map((row) => this.pointers.stepOf[row])
  }

  /** Rows of `pointers` that are plain pointers into an allocation (of an object: into its slab page too), oldest first. */
  pointerRows(allocation: number): number[] {
    const table = this.allocations
    const out: number[] = []
    const collect = (id: number, reaches: (row: number) => boolean): void => {
      for (let row = table.pointersOf[id] ?? 0; row !== 0; row = this.pointers.olderOf[row]) {
        if (IS_POINTER_DERIVE[this.pointers.opOf[row]] === 1 && reaches(row)) out.push(row)
      }
    }
    collect(allocation, () => true)
    const slab = table.slabOf[allocation] ?? 0
    if (slab !== 0) {
      const frame = table.baseOf[allocation] >>> this.shift
      collect(slab, (row) => this.pointers.stepOf[row] > table.bornOf[allocation] && this.pointsIntoFrame(row, frame))
    }
    return out.sort((x, y) => x - y)
  }

  private pointsIntoFrame(row: number, frame: number): boolean {
    const subject = this.pointers.subjectOf[row]
    return subject === frame || subject >>> this.shift === frame
  }

  private rowsAt(allocation: number, step: number): number[] {
    const out: number[] = []
    const { fromOf, toOf, kindOf, olderOf } = this.rights
    for (let row = this.allocations.rightsOf[allocation]; row !== 0; row = olderOf[row]) {
      if (kindOf[row] !== RightKind.BELIEF && fromOf[row] <= step && (toOf[row] === 0 || toOf[row] > step))
        out.push(row)
    }
    return out
  }

  /** True if a right on a slab page reaches one of its objects: a reference keeps all of it, a mapping one page. */
  reachesObject(row: number, object: number): boolean {
    if (this.rights.kindOf[row] === RightKind.REFERENCE) return true
    const first = this.allocations.baseOf[object] >>> this.shift
    const last = (this.allocations.baseOf[object] + Math.max(1, this.allocations.sizeOf[object]) - 1) >>> this.shift
    return this.rights.pfnOf[row] >= first && this.rights.pfnOf[row] <= last
  }

  right(row: number): Right {
    const kind = this.rights.kindOf[row]
    return {
      kind: RIGHT_NAMES[kind] ?? 'page-reference',
      on: kind === RightKind.REFERENCE || kind === RightKind.BELIEF ? 'page' : 'bytes',
      allocation: this.rights.allocationOf[row],
      pfn: this.rights.pfnOf[row],
      task: this.rights.taskOf[row],
      from: this.rights.fromOf[row],
      to: this.rights.toOf[row],
    }
  }

  private ownerRight(allocation: number): Right {
    const table = this.allocations
    return {
      kind: 'owner',
      on: isPageKind(table.kindOf[allocation]) ? 'page' : 'bytes',
      allocation,
      pfn: NO_SUBJECT,
      task: table.taskOf[allocation],
      from: table.bornOf[allocation],
      to: table.ownerEndOf[allocation],
    }
  }
}

/** Answers of `matchPut` that are no row: the owner's right, and nothing left to drop. */
export const OWNER = -1
export const NOBODY = 0
/** Largest slab object in bytes (kmalloc-8k). */
const MAX_OBJECT = 8192
const VM_MAP_PUT_PAGES = 0x200
