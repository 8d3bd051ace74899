/**
 * The shadow of a run: what each kind of operation does to the tables of allocations, rights and pointers, and to who
 * occupies each frame. The ledger drives it row by row.
 */
import { AllocationKind } from '../trace/allocation-kind.ts'
import type { TraceChunk } from '../trace/chunk.ts'
import { Field } from '../trace/fields.ts'
import { Flag, NO_SUBJECT, Op } from '../trace/ops.ts'
import { ANY_MARK, Mark, MARK_SHIFT, Word, WORDS } from './allocation-table.ts'
import { freeFits, IS_AREA_FREE, IS_OBJECT_FREE, IS_PAGE_FREE, isPageKind, isSlabObject } from './op-classes.ts'
import { RightKind } from './right-table.ts'
import type { Row } from './row.ts'
import { RightMatching } from './right-matching.ts'

const VM_MAP_PUT_PAGES = 0x200
/** The operation did not happen. */
export const STOPPED = Flag.FAILED | Flag.NULL | Flag.FAULT | Flag.WILD

export class Shadow extends RightMatching {
  /** Rows of the entries of user page tables, by right id. */
  private readonly userRights = new Map<number, number>()
  private readonly entryMemory = new Map<number, number>()
  /** Rows of the items on list_lrus, by right id. */
  private readonly lruRights = new Map<number, number>()
  /** Rows of what per-cpu LRU batches hold, by frame. */
  private readonly batchRights = new Map<number, number[]>()
  /** Rows of the entries of device tables by right id, those in a TLB, and what a TLB keeps of cleared ones. */
  private readonly deviceRights = new Map<number, number>()
  private readonly deviceTlb = new Set<number>()
  private readonly staleRows: number[] = []

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

  /** A per-cpu LRU batch takes a reference of a page, or drops one. */
  protected foldBatch(pfn: number, isTaken: boolean, step: number, task: number): void {
    const rows = this.batchRights.get(pfn) ?? []
    if (isTaken) {
      const id = this.occupants[pfn]
      if (id === 0 || id > this.allocations.lastId) return
      rows.push(this.take(RightKind.LRU_BATCH, id, pfn, step, task, 0))
      this.batchRights.set(pfn, rows)
      return
    }
    const row = rows.pop()
    if (rows.length === 0) this.batchRights.delete(pfn)
    if (row !== undefined && this.rights.to(row) === 0) this.endRight(row, step)
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

  /** Page allocations that a vmap area maps, each once. */
  pagesOfArea(area: number): number[] {
    const rows = this.rowsOfArea.get(area) ?? []
    return [...new Set(rows.map((row) => this.rights.allocation(row)))]
  }
}
