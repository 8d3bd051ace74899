/**
 * Scatterlists as the surface sees them: handles of entries, the steps of their fields, walks in progress. Shared by
 * linux/scatterlist and linux/dma-mapping.
 */
import { MAPPING_ERROR, SG_END, type SgEntry } from '../dma/scatterlist.ts'
import { callUser, type Steps } from '../sched/driven.ts'
import { Flag, NO_SUBJECT, Op, SgField } from '../trace/ops.ts'
import {
  bindEntry,
  bindTable,
  entryBehind,
  scatterlist,
  tableBehind,
  type SgHost,
  type TableState,
} from './handles/scatterlist.ts'
import { structPageAddress } from '../trace/vmemmap.ts'
import type { Site, Surface } from './surface.ts'

/** DMA_MAPPING_ERROR: all ones of a dma_addr_t, which is as wide as a word (i386 without PAE: 32 bits). */
export function dmaMappingError({ access }: Surface): bigint {
  return (1n << BigInt(8 * access.word)) - 1n
}

/** A DMA address as a snippet sees it. */
export function busAddress(s: Surface, address: number): bigint {
  return address === MAPPING_ERROR ? dmaMappingError(s) : BigInt(address)
}

export class Scatter implements SgHost {
  private readonly handles = new Map<SgEntry, scatterlist>()
  /** Entries that the walks of each task visit, innermost last. */
  private readonly walks = new Map<number, number[]>()

  constructor(private readonly s: Surface) {}

  /** The handle of an entry; one entry has one handle. */
  handle(entry: SgEntry | null): scatterlist | null {
    if (entry === null) return null
    let handle = this.handles.get(entry)
    if (handle === undefined) {
      handle = new scatterlist()
      this.bind(handle, entry)
    }
    return handle
  }

  /** Makes storage of the snippet stand for an entry. It has to be extensible. */
  bind(storage: object, entry: SgEntry): void {
    bindEntry(storage, this, entry)
    this.handles.set(entry, storage as scatterlist)
  }

  /** The entry that an argument names: an entry, or an array of them (its first). NULL ends the task. */
  entry(value: unknown, kind: number): SgEntry {
    const found = entryBehind(Array.isArray(value) ? (value as unknown[])[0] : value)
    if (found !== null) return found
    if (value === null || value === undefined) this.s.pointer(null, kind)
    throw this.s.wrongType(kind, 'a scatterlist that was initialised')
  }

  /** The table that an argument names; storage that was never set up becomes an empty one. */
  table(value: unknown, kind: number): TableState {
    const found = tableBehind(value)
    if (found !== null) return found
    if (value === null || value === undefined) this.s.pointer(null, kind)
    if (typeof value !== 'object' || !Object.isExtensible(value)) throw this.s.wrongType(kind, 'an sg_table')
    const table: TableState = { sgl: null, nents: 0, origNents: 0, memory: null }
    bindTable(value as object, this, table)
    return table
  }

  /** `count` entries from `first`; fewer if the list ends. */
  entries(first: SgEntry | null, count: number): SgEntry[] {
    const list: SgEntry[] = []
    for (let entry = first; entry !== null && list.length < count; entry = entry.next) list.push(entry)
    return list
  }

  /** Entries that the walk in progress visits; 0 = none is. */
  get bound(): number {
    return this.walks.get(this.s.control.task)?.at(-1) ?? 0
  }

  /** Records a look at an entry. */
  look(site: Site, kind: number, entry: SgEntry, a = 0): void {
    this.s.trace.begin(site)
    this.s.done(kind, entry.holder, entry.id, a, this.bound, 0)
  }

  /** Calls `fn(sg, i)` for `count` entries. Past the end of the list the kernel dereferences NULL. */
  *visit(site: Site, kind: number, first: SgEntry | null, count: number, fn: unknown): Steps {
    const { s } = this
    const { task } = s.control
    let entry = first
    const mine = this.walks.get(task) ?? []
    this.walks.set(task, mine)
    mine.push(count)
    try {
      for (let i = 0; i < count; i++) {
        if (entry === null) {
          s.trace.begin(site)
          s.done(kind, 0, NO_SUBJECT, 0, 0, Flag.NULL | Flag.FAULT)
          return undefined
        }
        yield* callUser(fn, [this.handle(entry), i])
        entry = entry.next
      }
    } finally {
      mine.pop()
    }
    return undefined
  }

  // ---- SgHost

  entryField(entry: SgEntry, field: number): number | bigint {
    this.look(this.s.control.site(), Op.sg_field, entry, field)
    switch (field) {
      case SgField.PAGE_LINK:
        return entry.pfn < 0
          ? 0n
          : structPageAddress(this.s.kernel.info, entry.pfn) | BigInt(entry.next === null ? SG_END : 0)
      case SgField.OFFSET:
        return entry.offset
      case SgField.LENGTH:
        return entry.length
      case SgField.DMA_ADDRESS:
        return busAddress(this.s, entry.dmaAddress)
      default:
        return entry.dmaLength
    }
  }

  setEntryField(entry: SgEntry, field: number, value: number | bigint): void {
    const { s } = this
    s.trace.begin(s.control.site())
    const number = value === dmaMappingError(s) ? MAPPING_ERROR : Number(value)
    if (field === SgField.OFFSET) s.dma.lists.resize(entry, number, entry.length)
    else if (field === SgField.LENGTH) s.dma.lists.resize(entry, entry.offset, number)
    else if (field === SgField.DMA_ADDRESS) entry.dmaAddress = number
    else entry.dmaLength = number
    s.done(Op.sg_set_page, entry.memory, entry.id, entry.length, entry.offset, 0)
  }

  tableField(table: TableState, field: number): unknown {
    const { s } = this
    s.trace.begin(s.control.site())
    s.done(Op.sg_field, 0, table.sgl?.id ?? NO_SUBJECT, field, 0, 0)
    if (field === SgField.NENTS) return table.nents
    return field === SgField.ORIG_NENTS ? table.origNents : this.handle(table.sgl)
  }

  setTableField(table: TableState, field: number, value: unknown): void {
    if (field === SgField.NENTS) table.nents = Number(value)
    else if (field === SgField.ORIG_NENTS) table.origNents = Number(value)
    else table.sgl = entryBehind(value)
  }
}
