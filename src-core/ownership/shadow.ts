/**
 * The shadow of a run: tables of allocations, rights and pointers, who occupies each frame, and what each kind of
 * operation does to them. The ledger drives it row by row.
 *
 * References are matched to puts by task, page, name, function and order, not by value (SURFACE §9 "Verdicts": a
 * reference belongs to the program); where that leaves several, `doubts` keeps them. A pin and a pipe's hold are
 * matched among their own kind.
 */
import { AllocationKind } from '../trace/allocation-kind.ts'
import type { TraceChunk } from '../trace/chunk.ts'
import { Field } from '../trace/fields.ts'
import { Flag, NO_SUBJECT, Op } from '../trace/ops.ts'
import type { TaskInfo } from '../trace/record.ts'
import {
  AllocationTable,
  ANY_MARK,
  Mark,
  MARK_SHIFT,
  NO_ORDER,
  Word,
  WORDS,
  type SpareRows,
} from './allocation-table.ts'
import {
  freeFits,
  hasFrameBase,
  IS_AREA_FREE,
  IS_CACHE_ALLOC,
  IS_OBJECT_FREE,
  IS_PAGE_FREE,
  IS_UNPIN,
  isPageKind,
  isSlabObject,
} from './op-classes.ts'
import { ContextTable } from './context-table.ts'
import { DmaTable } from './dma-table.ts'
import { Doubts } from './doubts.ts'
import { PointerTable } from './pointer-table.ts'
import { PteTable } from './pte-table.ts'
import { RightKind, RightTable } from './right-table.ts'
import type { Row } from './row.ts'
import { StepLog } from './step-log.ts'

/** Answers of `matchPut` that are no row: the owner's right, and nothing left to drop. */
export const OWNER = -1
export const NOBODY = 0
/** How well a get at one site fits a put at another: more is better. 0 = nothing connects them. */
export type Affinity = (getSite: number, putSite: number) => number
/** Weight of the same page of a block, above all that names can say. */
const SAME_PAGE = 16
/** Most rights that are looked through for a better match than the newest. */
const MOST_TRIES = 64
/** Largest slab object in bytes (kmalloc-8k). */
const MAX_OBJECT = 8192
const VM_MAP_PUT_PAGES = 0x200
/** The operation did not happen. */
export const STOPPED = Flag.FAILED | Flag.NULL | Flag.FAULT | Flag.WILD

export class Shadow {
  readonly steps = new StepLog()
  readonly allocations: AllocationTable
  readonly rights = new RightTable(this.steps)
  readonly pointers = new PointerTable(this.steps)
  /** Scatterlist entries, DMA mappings and devices. */
  readonly dma = new DmaTable()
  /** Puts that may have dropped one of several references. */
  readonly doubts = new Doubts()
  /** What keeps each task from sleeping. */
  readonly contexts: ContextTable
  /** Where entries of user page tables lie. */
  readonly entries = new PteTable()
  /** Last step folded. */
  step = 0
  /** Allocation that occupies each frame, the last one that did, and the frame's kind. */
  readonly occupants: Uint32Array
  /** Both of the columns around this, one after the other, for a loop that writes both. */
  readonly holders: Int32Array
  readonly lastOccupants: Uint32Array
  readonly frameKinds: Uint8Array
  readonly shift: number
  /** Kmap rights in force on slab pages: while there are any, freeing an object is notable. */
  protected slabMappings = 0
  /** Row of `rights` by right id of the trace. */
  protected readonly rowOfRight: number[] = []
  /** Rows of the entries of user page tables, by right id. */
  private readonly userRights = new Map<number, number>()
  private readonly entryMemory = new Map<number, number>()
  /** Rows of the items on list_lrus, by right id. */
  private readonly lruRights = new Map<number, number>()
  /** Rows of the entries of device tables by right id, those in a TLB, and what a TLB keeps of cleared ones. */
  private readonly deviceRights = new Map<number, number>()
  private readonly deviceTlb = new Set<number>()
  private readonly staleRows: number[] = []
  protected readonly rowsOfArea = new Map<number, number[]>()
  /** Newest slab object at each starting address; filled up to `indexed` when asked. */
  protected readonly objects = new Map<number, number>()
  private indexed = 0
  protected readonly lookups = new Map<number, { readonly step: number; readonly occupant: number }>()
  private readonly caches = new Map<number, number>()
  protected readonly splits = new Map<number, number>()

  constructor(
    machine: { readonly frames: number; readonly pageShift: number },
    tasks: () => readonly TaskInfo[] = () => [],
    private readonly affinity: Affinity = () => 0,
    spareRows: SpareRows | null = null,
  ) {
    this.allocations = new AllocationTable(this.steps, spareRows)
    this.contexts = new ContextTable(tasks)
    this.holders = new Int32Array(machine.frames * 2)
    this.occupants = new Uint32Array(this.holders.buffer, 0, machine.frames)
    this.lastOccupants = new Uint32Array(this.holders.buffer, machine.frames * 4, machine.frames)
    this.frameKinds = new Uint8Array(machine.frames)
    this.shift = machine.pageShift
  }

  /** Takes in the allocations that steps up to `step` made; `op` and `a` are of the step itself. */
  protected ingest(chunk: TraceChunk, step: number, op: number, a: number): void {
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
        if (kind === AllocationKind.CACHE) this.caches.set(extra, columns.step[at])
      }
      table.add(kind, columns.base[at], columns.size[at], columns.step[at], extra)
    }
  }

  /** A frame left an allocation: if it was the first one, the memory went back. */
  protected vacated(id: number, pfn: number, step: number): void {
    const { words } = this.allocations
    const at = id * WORDS
    if (words[at + Word.BASE] === pfn && hasFrameBase(words[at] & 0xff)) this.released(id, step)
  }

  /** The memory went back to its allocator. */
  protected released(id: number, step: number): void {
    const { words } = this.allocations
    const at = id * WORDS
    if (id === 0 || (words[at] & (Mark.FREED << MARK_SHIFT)) !== 0) return
    words[at] |= Mark.FREED << MARK_SHIFT
    words[at + Word.FREED] = step
  }

  protected alloc(chunk: TraceChunk, i: number, op: number, id: number, step: number): void {
    const { words } = this.allocations
    const at = id * WORDS
    if (isSlabObject(words[at] & 0xff)) words[at + Word.SLAB] = this.occupants[words[at + Word.BASE] >>> this.shift]
    if (op === Op.krealloc) {
      const old = chunk.ops.b[i]
      if (old === id) words[at + Word.SIZE] = chunk.ops.a[i]
      else if (old > 0) this.released(old, step)
    } else if (op === Op.vmap) this.vmap(chunk, i, id, step)
  }

  protected vmap(chunk: TraceChunk, i: number, area: number, step: number): void {
    const { ops, deltas } = chunk
    const moved = (ops.b[i] & VM_MAP_PUT_PAGES) !== 0
    const rows: number[] = []
    for (let d = i === 0 ? 0 : ops.deltaEnd[i - 1]; d < ops.deltaEnd[i]; d++) {
      if (deltas.field[d] !== Field.VMAP || deltas.new[d] === 0) continue
      const pfn = deltas.new[d] - 1
      const page = this.occupants[pfn]
      if (page === 0) continue
      if (moved) this.endOwner(page, step)
      if ((this.allocations.mark(page) & Mark.DMA) !== 0) this.allocations.addMark(area, Mark.DMA)
      rows.push(this.take(RightKind.VMAP, page, pfn, step, ops.task[i], area))
    }
    this.rowsOfArea.set(area, rows)
  }

  protected free(op: number, id: number, subject: number, step: number, task: number, flags: number): void {
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
    // Put off: kfree_rcu(), and vfree() where it may not sleep.
    else if ((IS_OBJECT_FREE[op] === 1 || IS_AREA_FREE[op] === 1) && freeFits(op, head & 0xff)) {
      this.endOwner(id, step)
      table.addMark(id, Mark.FLAGGED)
    }
    const rows = this.rowsOfArea.get(id)
    if (rows !== undefined) for (const row of rows) if (this.rights.to(row) === 0) this.endRight(row, step)
  }

  /** split_page(): the first page keeps the allocation, the others are allocations of their own from now on. */
  protected split(chunk: TraceChunk, id: number, step: number, op: number): void {
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

  protected endOwner(id: number, step: number): void {
    if (this.allocations.ownerEnd(id) === 0) this.allocations.giveUp(id, step)
  }

  protected take(kind: RightKind, id: number, pfn: number, step: number, task: number, name: number): number {
    const { words } = this.allocations
    const at = id * WORDS
    const row = this.rights.add(kind, id, pfn, step, task, name, words[at + Word.RIGHTS])
    words[at + Word.RIGHTS] = row
    if (!isSlabObject(words[at] & 0xff)) words[at + Word.SLAB]++
    words[at] |= Mark.RIGHTS << MARK_SHIFT
    return row
  }

  private endRight(row: number, step: number): void {
    this.rights.end(row, step)
    const { words } = this.allocations
    const at = this.rights.allocation(row) * WORDS
    // A slab object has its slab where other memory has the number of its rights.
    const object = isSlabObject(words[at] & 0xff)
    const left = object ? this.held(this.rights.allocation(row), () => true).length : --words[at + Word.SLAB]
    if (left === 0) words[at] &= ~(Mark.RIGHTS << MARK_SHIFT)
  }

  protected put(op: number, id: number, subject: number, step: number, task: number, site: number): void {
    const match = this.matchPut(id, task, op, subject, site)
    if (match > 0) {
      if (this.rights.kind(match) === RightKind.REFERENCE) this.doubt(id, match, subject, step, task, site)
      this.endRight(match, step)
    } else if (match === OWNER) this.endOwner(id, step)
  }

  protected endReference(id: number, subject: number, step: number, task: number): void {
    const match = this.matchReference(id, task, subject)
    if (match > 0) this.endRight(match, step)
  }

  protected map(op: number, id: number, pfn: number, step: number, task: number, name: number): void {
    const row = this.take(op === Op.kmap ? RightKind.KMAP : RightKind.KMAP_LOCAL, id, pfn, step, task, name)
    this.rowOfRight[name] = row
    this.allocations.addMark(id, Mark.KMAPPED)
    if (this.allocations.kind(id) === AllocationKind.SLAB) this.slabMappings++
  }

  /** An entry of a user page table is made. */
  protected mapUser(
    id: number,
    pfn: number,
    step: number,
    task: number,
    right: number,
    special: boolean,
    handed: boolean,
  ): void {
    const kind = special ? RightKind.PTE_SPECIAL : RightKind.PTE
    this.allocations.addMark(id, Mark.USERS)
    // set_pte_at(): the entry takes over a reference that the caller got for it.
    if (handed && !special) this.endReference(id, pfn, step, task)
    this.userRights.set(right, this.take(kind, id, pfn, step, task, right))
    this.entryMemory.set(right, id)
  }

  /** Row of `rights` of an entry of a user page table that is in force, by its right id; 0 = none. */
  entryRow(right: number): number {
    return this.userRights.get(right) ?? 0
  }
  /** Memory that an entry of a user page table maps or mapped; 0 = none. */
  allocationOfEntry(right: number): number {
    return this.entryMemory.get(right) ?? 0
  }
  /** Right ids of the entries of user page tables that are in force. */
  entriesInForce(): number[] {
    return [...this.userRights.keys()]
  }

  /** An entry of a user page table is cleared. */
  protected unmapUser(right: number, step: number): void {
    const row = this.userRights.get(right)
    this.userRights.delete(right)
    if (row !== undefined) this.endRight(row, step)
  }

  /** An entry is cleared by hand: the reference that it held is the caller's now. */
  protected forgetUser(right: number, step: number, task: number): void {
    const row = this.userRights.get(right)
    this.unmapUser(right, step)
    if (row === undefined || this.rights.kind(row) !== RightKind.PTE) return
    this.take(RightKind.REFERENCE, this.rights.allocation(row), this.rights.pfn(row), step, task, 0)
  }

  /** An item is put on a list_lru, or taken off it. */
  protected foldLru(op: number, id: number, subject: number, step: number, task: number, right: number): void {
    if (op === Op.list_lru_add) {
      if (id !== 0) this.lruRights.set(right, this.take(RightKind.LRU, id, subject >>> this.shift, step, task, right))
      return
    }
    const row = this.lruRights.get(right)
    this.lruRights.delete(right)
    if (row !== undefined) this.endRight(row, step)
  }

  /** Entries of tables that a device walks, and what its TLB keeps of them. */
  protected foldDevice(
    op: number,
    id: number,
    subject: number,
    step: number,
    task: number,
    a: number,
    b: number,
  ): void {
    if (op === Op.gpu_pte_set) {
      if (b !== 0) this.endDeviceEntry(b, step, task)
      if (id !== 0) this.deviceRights.set(a, this.take(RightKind.DEVICE_PTE, id, subject, step, task, a))
    } else if (op === Op.gpu_pte_clear) this.endDeviceEntry(a, step, task)
    else if (op === Op.gpu_tlb_fill) this.deviceTlb.add(a)
    else if (op === Op.gpu_tlbi) {
      for (const row of this.staleRows.splice(0)) this.endRight(row, step)
      if (subject === NO_SUBJECT) this.deviceTlb.clear()
    }
  }

  private endDeviceEntry(right: number, step: number, task: number): void {
    const row = this.deviceRights.get(right)
    if (row === undefined || this.rights.to(row) !== 0) return
    this.endRight(row, step)
    if (!this.deviceTlb.delete(right)) return
    const id = this.rights.allocation(row)
    this.staleRows.push(this.take(RightKind.DEVICE_TLB, id, this.rights.pfn(row), step, task, right))
  }

  /** Row of `rights` of an entry of a device's table, in force or ended; 0 = unknown. */
  deviceEntry(right: number): number {
    return this.deviceRights.get(right) ?? 0
  }

  protected unmap(name: number, step: number): void {
    const row = this.rowOf(name)
    if (row === 0 || this.rights.to(row) !== 0) return
    this.endRight(row, step)
    if (this.allocations.kind(this.rights.allocation(row)) === AllocationKind.SLAB) this.slabMappings--
  }

  /** Folds a row about scatterlists, mappings or devices: entries, then the rights that mappings give. */
  protected foldDma(row: Row): void {
    const { dma } = this
    dma.fold(row, (phys) => this.memoryAt(phys))
    const begun = dma.begun
    if (begun !== null) {
      for (const [memory, pfn] of dma.memoriesOf(begun, this.shift)) {
        if (memory === 0 || (this.allocations.mark(memory) & Mark.FREED) !== 0) continue
        this.allocations.addMark(memory, Mark.DMA)
        // Accesses through another mapping of the pages reach the same bytes.
        for (const right of this.held(memory, (kind) => kind === RightKind.VMAP)) {
          this.allocations.addMark(this.rights.name(right), Mark.DMA)
        }
        begun.rows.push(this.take(RightKind.DMA, memory, pfn, row.step, row.task, begun.right))
      }
    }
    if (dma.ended !== null) for (const right of dma.ended.rows) this.endRight(right, row.step)
  }

  /** Allocation that holds a byte: in a slab page the object there; 0 = none. */
  memoryAt(phys: number): number {
    const holder = this.occupant(phys >>> this.shift)
    return this.allocations.kind(holder) === AllocationKind.SLAB ? this.objectAt(phys) || holder : holder
  }

  /** Live vmalloc or vmap area at a page of vmalloc space; 0 = none. */
  areaAt(page: number): number {
    const { allocations: table } = this
    for (let id = table.lastId; id > 0; id--) {
      const kind = table.kind(id)
      if ((kind !== AllocationKind.VMALLOC && kind !== AllocationKind.VMAP) || table.freedAt(id) !== 0) continue
      const pages = Math.ceil(table.size(id) / 2 ** this.shift)
      if (page >= table.base(id) && page < table.base(id) + pages) return id
    }
    return 0
  }

  /** Notes the references that the put at `step` could have dropped as well as `match`. */
  private doubt(id: number, match: number, subject: number, step: number, task: number, site: number): void {
    const { rights } = this
    const best = this.fit(match, subject, site)
    const holder = rights.task(match) === task
    const rows: number[] = []
    const places = new Set<number>()
    for (const row of this.held(id, (kind) => kind === RightKind.REFERENCE)) {
      if (this.fit(row, subject, site) !== best || (holder && rights.task(row) !== task)) continue
      if (places.has(rights.site(row)) && row !== match) continue
      places.add(rights.site(row))
      rows.push(row)
    }
    if (places.size > 1) this.doubts.add(step, rows)
  }

  private fit(row: number, subject: number, site: number): number {
    const { rights } = this
    const page = subject !== NO_SUBJECT && rights.pfn(row) === subject ? SAME_PAGE : 0
    return page + (site === 0 ? 0 : this.affinity(rights.site(row), site))
  }

  /**
   * The right that a put by `task` drops: its own reference that fits best, else the owner's right if the task made the
   * memory, else the best reference of anybody, else the owner's. Returns a row of `rights`, OWNER or NOBODY.
   */
  matchPut(id: number, task: number, op: number, subject = NO_SUBJECT, site = 0): number {
    const table = this.allocations
    if (op === Op.pipe_release) return this.matchKind(id, task, RightKind.PIPE)
    if (IS_UNPIN[op] === 1) return this.matchKind(id, task, RightKind.PIN)
    const own = this.matchReference(id, task, NO_SUBJECT, subject, site)
    const owner =
      table.ownerEnd(id) === 0 && (isPageKind(table.kind(id)) || table.kind(id) === AllocationKind.LARGE_KMALLOC)
    // A reference that the names say somebody else has: the owner's own is dropped.
    if (own > 0 && owner && site !== 0 && this.affinity(this.rights.site(own), site) < 0) return OWNER
    if (own > 0 && this.rights.task(own) === task) return own
    if (owner && table.task(id) === task) return OWNER
    if (own > 0) return own
    return owner ? OWNER : NOBODY
  }

  /**
   * The reference (or get that took nothing) in force that fits a put of `subject` at `site` best, the newest of
   * equals: the task's own first. 0 = none. `pfn` NO_SUBJECT = any page.
   */
  matchReference(id: number, task: number, pfn: number, subject = NO_SUBJECT, site = 0): number {
    const { rights } = this
    const { words } = this.allocations
    const inForce = isSlabObject(words[id * WORDS] & 0xff) ? MOST_TRIES : words[id * WORDS + Word.SLAB]
    let match = 0
    let best = -1
    let row = this.allocations.rights(id)
    for (let tries = 0, seen = 0; row !== 0 && seen < inForce; row = rights.older(row)) {
      if (match !== 0 && ++tries > MOST_TRIES) break
      if (rights.to(row) !== 0) continue
      seen++
      if (rights.kind(row) > RightKind.BELIEF || (pfn !== NO_SUBJECT && rights.pfn(row) !== pfn)) continue
      const fit = (rights.task(row) === task ? 2 * SAME_PAGE : 0) + (inForce === 1 ? 0 : this.fit(row, subject, site))
      if (fit <= best) continue
      best = fit
      match = row
    }
    return match
  }

  /** Newest right of one kind in force: the task's own first. 0 = none. */
  matchKind(id: number, task: number, kind: number): number {
    const { rights } = this
    let other = 0
    for (let row = this.allocations.rights(id); row !== 0; row = rights.older(row)) {
      if (rights.to(row) !== 0 || rights.kind(row) !== kind) continue
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

  /** The newest lookup of a frame by number or address, and what the frame held then; null = none. */
  lookup(pfn: number): { readonly step: number; readonly occupant: number } | null {
    return this.lookups.get(pfn) ?? null
  }

  /** Step that made a cache, by cache id + 1; 0 = it came with the kernel. */
  cacheBirth(cache: number): number {
    return this.caches.get(cache) ?? 0
  }

  /** Trace row of `rights` for a right id of the trace (kmap); 0 = unknown. */
  rowOf(rightId: number): number {
    return this.rowOfRight[rightId] ?? 0
  }
}
