/**
 * `struct scatterlist` and `struct sg_table`: storage that a snippet declares (`new sg_table()`, a plain `{}`), with
 * the fields that driver code reads and sets. What they hold lives in dma/; an init function binds storage to it.
 */
import type { SgEntry, TableMemory } from '../../dma/scatterlist.ts'
import { SgField } from '../../trace/ops.ts'

/** What a table holds. @internal */
export interface TableState {
  sgl: SgEntry | null
  nents: number
  origNents: number
  memory: TableMemory | null
}

/** What reads and writes the fields, with a step for each. @internal */
export interface SgHost {
  entryField(entry: SgEntry, field: number): number | bigint
  setEntryField(entry: SgEntry, field: number, value: number | bigint): void
  tableField(table: TableState, field: number): unknown
  setTableField(table: TableState, field: number, value: unknown): void
}

const ENTRIES = new WeakMap<object, { readonly host: SgHost; readonly entry: SgEntry }>()
const TABLES = new WeakMap<object, { readonly host: SgHost; readonly table: TableState }>()

function entryField(handle: object, field: number): number | bigint {
  const bound = ENTRIES.get(handle)
  return bound === undefined ? 0 : bound.host.entryField(bound.entry, field)
}
function setEntryField(handle: object, field: number, value: number | bigint): void {
  const bound = ENTRIES.get(handle)
  if (bound === undefined)
    throw new TypeError('the scatterlist was not initialised: call sg_init_table() or sg_init_one()')
  bound.host.setEntryField(bound.entry, field, value)
}
function tableField(handle: object, field: number): unknown {
  const bound = TABLES.get(handle)
  return bound === undefined ? (field === SgField.SGL ? null : 0) : bound.host.tableField(bound.table, field)
}
function setTableField(handle: object, field: number, value: unknown): void {
  const bound = TABLES.get(handle)
  if (bound === undefined) throw new TypeError('the table was not initialised: call sg_alloc_table()')
  bound.host.setTableField(bound.table, field, value)
}

/** A `struct scatterlist`: one entry of a list. It holds no reference to the page it names. */
export class scatterlist {
  /** The page pointer with its marks in the low bits (2 = the last entry). */
  get page_link(): bigint {
    return BigInt(entryField(this, SgField.PAGE_LINK))
  }
  /** Offset of the first byte in the page. CPU side. */
  get offset(): number {
    return Number(entryField(this, SgField.OFFSET))
  }
  set offset(value: number) {
    setEntryField(this, SgField.OFFSET, value)
  }
  /** Bytes of the entry. CPU side: walk it with `orig_nents`. */
  get length(): number {
    return Number(entryField(this, SgField.LENGTH))
  }
  set length(value: number) {
    setEntryField(this, SgField.LENGTH, value)
  }
  /** DMA address of the DMA entry at this place. Device side: good below `nents` only. */
  get dma_address(): bigint {
    return BigInt(entryField(this, SgField.DMA_ADDRESS))
  }
  set dma_address(value: bigint) {
    setEntryField(this, SgField.DMA_ADDRESS, value)
  }
  /** Bytes of the DMA entry at this place. Device side. */
  get dma_length(): number {
    return Number(entryField(this, SgField.DMA_LENGTH))
  }
  set dma_length(value: number) {
    setEntryField(this, SgField.DMA_LENGTH, value)
  }
}

/** A `struct sg_table`: a list with both of its counts. */
export class sg_table {
  /** First entry; null when the table has none. */
  get sgl(): scatterlist | null {
    return tableField(this, SgField.SGL) as scatterlist | null
  }
  set sgl(value: scatterlist | null) {
    setTableField(this, SgField.SGL, value)
  }
  /** DMA entries after mapping: for the device side. */
  get nents(): number {
    return tableField(this, SgField.NENTS) as number
  }
  set nents(value: number) {
    setTableField(this, SgField.NENTS, value)
  }
  /** Entries of the list: for the CPU side. */
  get orig_nents(): number {
    return tableField(this, SgField.ORIG_NENTS) as number
  }
  set orig_nents(value: number) {
    setTableField(this, SgField.ORIG_NENTS, value)
  }
}

/** Gives a plain object the accessors of a class. */
function adopt(storage: object, like: { readonly prototype: object }): void {
  if (storage instanceof (like as unknown as new () => object)) return
  for (const [name, found] of Object.entries(Object.getOwnPropertyDescriptors(like.prototype))) {
    if (found.get !== undefined)
      Object.defineProperty(storage, name, { ...found, configurable: true, enumerable: true })
  }
}

/** Makes storage stand for an entry. @internal */
export function bindEntry(storage: object, host: SgHost, entry: SgEntry): void {
  ENTRIES.set(storage, { host, entry })
  adopt(storage, scatterlist)
}
/** Makes storage stand for a table. @internal */
export function bindTable(storage: object, host: SgHost, table: TableState): void {
  TABLES.set(storage, { host, table })
  adopt(storage, sg_table)
}
/** The entry that a value stands for, or null. @internal */
export function entryBehind(value: unknown): SgEntry | null {
  return typeof value === 'object' && value !== null ? (ENTRIES.get(value)?.entry ?? null) : null
}
/** The table that a value stands for, or null. @internal */
export function tableBehind(value: unknown): TableState | null {
  return typeof value === 'object' && value !== null ? (TABLES.get(value)?.table ?? null) : null
}
/** True if reading a field of the value is a step. @internal */
export function isScatter(value: unknown): boolean {
  return typeof value === 'object' && value !== null && (ENTRIES.has(value) || TABLES.has(value))
}
