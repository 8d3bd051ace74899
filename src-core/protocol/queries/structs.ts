/**
 * Kernel structs beside `struct page` that a piece of memory or a frame has to do with, at the cursor's step: entries
 * of scatterlists that name it or lie in it, and the vmalloc area that it is.
 *
 * Kernel: include/linux/scatterlist.h (struct scatterlist with CONFIG_NEED_SG_DMA_LENGTH), include/linux/vmalloc.h
 * (struct vm_struct); KERNEL_FACTS 6.1, 5.1.
 */
import { layOut } from '../../dma/iommu-segments.ts'
import { SG_END } from '../../dma/scatterlist.ts'
import type { DmaMapping } from '../../ownership/dma-table.ts'
import { hex } from '../../ownership/addresses.ts'
import { AllocationKind } from '../../trace/allocation-kind.ts'
import { Field as Column } from '../../trace/fields.ts'
import { Op } from '../../trace/ops.ts'
import { structPageAddress } from '../../trace/vmemmap.ts'
import { frameName } from './effects.ts'
import type { Location } from './locate.ts'
import type { Field } from './page-fields.ts'
import type { RunView } from './run-view.ts'

/** Structs shown at most. */
const MOST = 16

/** One struct at one step. `key` is the same at every step of a run. */
export interface StructFields {
  readonly key: string
  readonly name: string
  readonly which: string
  readonly fields: readonly Field[]
}

/** A scatterlist: entries with consecutive numbers. `holder`: the memory that holds them, 0 = the snippet's own. */
interface SgList {
  readonly first: number
  readonly entries: number
  readonly holder: number
}
const lists = new WeakMap<RunView, readonly SgList[]>()

const TABLES: ReadonlySet<number> = new Set([
  Op.sg_alloc_table,
  Op.sg_alloc_table_from_pages,
  Op.sg_alloc_table_from_pages_segment,
])

/** Every list of the run, in order of its first entry. */
function listsOf(view: RunView): readonly SgList[] {
  const known = lists.get(view)
  if (known !== undefined) return known
  const found = new Map<number, SgList>()
  for (const { ops, opCount } of view.store.chunks) {
    const { kind, subject, a, allocation } = ops
    for (let row = 0; row < opCount; row++) {
      const op = kind[row]
      const first = subject[row]
      if (op === Op.sg_init_table) found.set(first, { first, entries: a[row], holder: 0 })
      else if (op === Op.sg_init_one) found.set(first, { first, entries: 1, holder: 0 })
      else if (TABLES.has(op) && allocation[row] !== 0)
        found.set(first, { first, entries: a[row], holder: allocation[row] })
    }
  }
  const all = [...found.values()].sort((x, y) => x.first - y.first)
  lists.set(view, all)
  return all
}

/** Structs of a target that lies in `frames` frames from `place.pfn` on, or in `bytes` bytes from `physical` on. */
export function structsOf(view: RunView, place: Location, physical: number, bytes: number): StructFields[] {
  const out: StructFields[] = []
  for (const list of listsOf(view)) {
    for (let i = 0; i < list.entries && out.length < MOST; i++) {
      const id = list.first + i
      const phys = view.cursor.value(Column.SG_ADDRESS, id)
      const names = phys !== 0 && namesIt(view, phys, view.cursor.value(Column.SG_LENGTH, id), place, physical, bytes)
      const holds = list.holder !== 0 && list.holder === place.allocation
      if (names || holds) out.push(entryFields(view, list, id, phys))
    }
  }
  const area = areaFields(view, place.allocation)
  return area === null ? out : [...out, area]
}

/** True if an entry's bytes lie in the target: in its frames where it has several that need not be neighbours. */
function namesIt(
  view: RunView,
  phys: number,
  length: number,
  place: Location,
  physical: number,
  bytes: number,
): boolean {
  const { cursor, pageSize } = view
  const record = view.store.allocation(place.allocation)
  if (record !== null && (record.kind === AllocationKind.VMALLOC || record.kind === AllocationKind.VMAP)) {
    for (let i = 0; i < place.frames; i++) {
      const pfn = cursor.vmap(record.base + i) - 1
      if (pfn >= 0 && phys < (pfn + 1) * pageSize && phys + length > pfn * pageSize) return true
    }
    return false
  }
  return physical >= 0 && phys < physical + bytes && phys + length > physical
}

function entryFields(view: RunView, list: SgList, id: number, phys: number): StructFields {
  const { cursor, pageSize } = view
  const last = id === list.first + list.entries - 1
  const end = last ? SG_END : 0
  const pfn = Math.floor(phys / pageSize)
  const link = phys === 0 ? BigInt(end) : structPageAddress(view.info, pfn) | BigInt(end)
  const names = phys === 0 ? 'no page' : `page of frame ${frameName(pfn)}`
  const dma = dmaSide(view, id)
  return {
    key: `sg ${id}`,
    name: 'struct scatterlist',
    which: `entry ${id - list.first} of ${list.entries}`,
    fields: [
      {
        name: 'page_link',
        value: `${hex(view.info, link)} (${names}${last ? ', SG_END' : ''})`,
        help:
          'Address of the struct page; bit 0 (SG_CHAIN) would make it a link to the next chunk, bit 1 (SG_END) marks ' +
          'the last entry. It holds no reference.',
      },
      { name: 'offset', value: String(phys % pageSize), help: 'Bytes from the start of the page.' },
      { name: 'length', value: String(cursor.value(Column.SG_LENGTH, id)), help: 'Bytes that the CPU side names.' },
      { name: 'dma_address', value: dma.address, help: 'Where the device finds it; set by dma_map_sg().' },
      { name: 'dma_length', value: dma.length, help: 'Bytes of this DMA entry; entries may have been merged.' },
    ],
  }
}

/** `dma_address` and `dma_length` of an entry: what the latest map of its list wrote. An unmap leaves them. */
function dmaSide(view: RunView, entry: number): { readonly address: string; readonly length: string } {
  const { step } = view.cursor
  const mapping = view.run.ledger.dma.mappings.findLast(
    (each) =>
      each.isList && each.right !== 0 && each.step <= step && entry >= each.range && entry < each.range + each.size,
  )
  if (mapping === undefined) return { address: '0x0', length: '0' }
  const at = entry - mapping.range
  const made = segmentsOf(view, mapping)[at]
  if (made === undefined) return { address: hex(view.info, (1n << 64n) - 1n), length: '0' }
  return {
    address: made.address < 0 ? 'in a bounce buffer' : `0x${made.address.toString(16)}`,
    length: String(made.length),
  }
}

/** DMA entries that a map of a list made; address -1 = a bounce buffer whose place the trace does not keep. */
function segmentsOf(
  view: RunView,
  mapping: DmaMapping,
): readonly { readonly address: number; readonly length: number }[] {
  const { segments, address } = mapping
  const first = segments[0]
  if (first === undefined) return []
  if (view.info.iommu) return layOut(address - (first.phys % view.pageSize), segments, view.pageSize).segments
  const isDirect = first.phys >>> 0 === address
  return segments.map(({ phys, length }, i) => ({ address: isDirect ? phys : i === 0 ? address : -1, length }))
}

function areaFields(view: RunView, allocation: number): StructFields | null {
  const record = view.store.allocation(allocation)
  if (record === null || (record.kind !== AllocationKind.VMALLOC && record.kind !== AllocationKind.VMAP)) return null
  const pages = Math.max(1, Math.ceil(record.size / view.pageSize))
  // A vfree or vunmap gives the struct back too.
  if (view.cursor.vmap(record.base) === 0) return null
  return {
    key: `vm ${allocation}`,
    name: 'struct vm_struct',
    which: '',
    fields: [
      {
        name: 'addr',
        value: hex(view.info, view.info.vmallocStart + BigInt(record.base) * BigInt(view.pageSize)),
        help: 'First address of the area in vmalloc space.',
      },
      { name: 'size', value: String((pages + 1) * view.pageSize), help: 'Bytes of the area and of its guard page.' },
      // vmap() fills nr_pages only when it takes the pages over (VM_MAP_PUT_PAGES).
      ...(record.kind === AllocationKind.VMAP
        ? []
        : [{ name: 'nr_pages', value: String(pages), help: 'Pages that are mapped in it.' }]),
    ],
  }
}
