/**
 * Scatterlists: entries that name byte ranges of pages, and tables of them.
 *
 * Kernel: lib/scatterlist.c at v6.12, sg_alloc_table(), sg_alloc_append_table_from_pages(), sg_free_table();
 * KERNEL_FACTS 6.1 and 6.2. An entry holds no reference to its page. The memory of a table's entries is allocated like
 * the kernel's (kmalloc, or a page for a full chunk), so that a table that is never freed is a leak.
 * Simplified: the fields of the entries are kept beside that memory, not in its bytes; there is one `sgl` kind, links
 * between chunks are not entries.
 */
import type { Kernel } from '../mm/kernel.ts'
import { structSize } from '../trace/abi.ts'
import { AllocationKind } from '../trace/allocation-kind.ts'
import { Field, FrameKind } from '../trace/fields.ts'

/** Bits of `page_link` beside the address of the page: the entry is a link to the next chunk; it is the last one. */
export const SG_CHAIN = 1
export const SG_END = 2
/** What `dma_address` is in an entry that was not mapped, and what a failed map returns (all ones). */
export const MAPPING_ERROR = -1
const ENOMEM = 12
const EINVAL = 22

/** One `struct scatterlist`. */
export interface SgEntry {
  /** Counts from 1 over the run; entries of one list have consecutive ids. */
  readonly id: number
  /** Allocation that holds the entry itself; 0 = storage that the snippet declared. */
  readonly holder: number
  /** Frame it names; -1 = none. */
  pfn: number
  /** Allocation that its memory belonged to when it was set. */
  memory: number
  /** Bytes from the start of the frame. */
  offset: number
  length: number
  /** MAPPING_ERROR = all ones. */
  dmaAddress: number
  dmaLength: number
  next: SgEntry | null
}

/** A run of neighbouring pages that becomes one entry. */
export interface Segment {
  readonly pfn: number
  readonly offset: number
  readonly length: number
}

/** Memory of a table's entries: a kmalloc object, or a page when the chunk is full. */
export interface Chunk {
  readonly phys: number
  readonly isPage: boolean
}

/** What sg_alloc_table() made. */
export interface TableMemory {
  readonly entries: readonly SgEntry[]
  readonly chunks: readonly Chunk[]
  /** Allocation of the first chunk. */
  readonly allocation: number
}

/**
 * The segments that sg_alloc_table_from_pages_segment() makes of pages: a page joins the segment before it iff its
 * pfn is the next one and the segment stays within `maxSegment` bytes (rounded down to pages).
 */
export function mergePages(
  pfns: readonly number[],
  offset: number,
  size: number,
  maxSegment: number,
  pageSize: number,
): Segment[] {
  const limit = Math.floor(maxSegment / pageSize) * pageSize
  const segments: Segment[] = []
  // As in the kernel, whose counter wraps: pages beyond `size` are whole again.
  let left = size
  let skip = offset
  for (let first = 0; first < pfns.length;) {
    let next = first + 1
    for (let bytes = pageSize; next < pfns.length && bytes < limit && pfns[next] === pfns[next - 1]! + 1; next++) {
      bytes += pageSize
    }
    const room = (next - first) * pageSize - skip
    segments.push({ pfn: pfns[first]!, offset: skip, length: left < 0 ? room : Math.min(left, room) })
    left -= room
    skip = 0
    first = next
  }
  return segments
}

export class Scatterlists {
  private lastId = 0
  private readonly entryBytes: number
  /** SG_MAX_SINGLE_ALLOC: entries that fit a page. */
  private readonly chunkEntries: number

  constructor(private readonly kernel: Kernel) {
    this.entryBytes = structSize(kernel.info, 'struct scatterlist')
    this.chunkEntries = Math.floor(2 ** kernel.info.pageShift / this.entryBytes)
  }

  /** `n` empty entries in a row. `holder` is the allocation that holds them. */
  make(n: number, holder: number): SgEntry[] {
    const entries: SgEntry[] = []
    for (let i = 0; i < n; i++) {
      const id = ++this.lastId
      entries.push({ id, holder, pfn: -1, memory: 0, offset: 0, length: 0, dmaAddress: 0, dmaLength: 0, next: null })
      if (i > 0) entries[i - 1]!.next = entries[i]!
    }
    return entries
  }

  /** sg_set_page(). `memory` is the allocation that the page belongs to. */
  set(entry: SgEntry, pfn: number, offset: number, length: number, memory: number): void {
    this.record(entry, this.physOf(pfn, offset), length)
    entry.pfn = pfn
    entry.memory = memory
    entry.offset = offset
    entry.length = length
  }

  /** The entry's fields `offset` and `length`, written by the program itself. */
  resize(entry: SgEntry, offset: number, length: number): void {
    this.record(entry, this.physOf(entry.pfn, offset), length)
    entry.offset = offset
    entry.length = length
  }

  /** The entry names nothing any more. */
  clear(entry: SgEntry): void {
    this.record(entry, 0, 0)
    entry.pfn = -1
    entry.offset = 0
    entry.length = 0
    entry.dmaAddress = 0
    entry.dmaLength = 0
  }

  private physOf(pfn: number, offset: number): number {
    return this.kernel.frames.valid(pfn) ? pfn * 2 ** this.kernel.info.pageShift + offset : 0
  }

  private record(entry: SgEntry, phys: number, length: number): void {
    const { trace } = this.kernel
    const before = this.physOf(entry.pfn, entry.offset)
    if (before !== phys) trace.delta(Field.SG_ADDRESS, entry.id, before, phys)
    if (entry.length !== length) trace.delta(Field.SG_LENGTH, entry.id, entry.length, length)
  }

  /** sg_alloc_table(): a negative errno on failure. A chunk but the last gives one entry to the link. */
  allocTable(n: number, gfp: number): TableMemory | number {
    if (n === 0) return -EINVAL
    const chunks: Chunk[] = []
    const allocation = this.kernel.pages.waiting(() => this.allocChunks(n, gfp, chunks))
    return allocation < 0 ? allocation : { entries: this.make(n, allocation), chunks, allocation }
  }

  /** Memory for `n` entries; its first allocation, or -ENOMEM and nothing is left. */
  private allocChunks(n: number, gfp: number, chunks: Chunk[]): number {
    const { kernel } = this
    let allocation = 0
    for (let left = n; left > 0;) {
      const isFull = left > this.chunkEntries
      const slots = isFull ? this.chunkEntries : left
      const isPage = slots === this.chunkEntries
      const at = isPage
        ? kernel.pages.alloc(0, gfp, FrameKind.PAGE, AllocationKind.PAGES)
        : kernel.slab.kmalloc(slots * this.entryBytes, gfp)
      if (at < 0) {
        this.freeChunks(chunks.splice(0))
        return -ENOMEM
      }
      allocation ||= kernel.trace.lastAllocation
      chunks.push({ phys: isPage ? at * 2 ** kernel.info.pageShift : at, isPage })
      left -= isFull ? slots - 1 : slots
    }
    return allocation
  }

  /** sg_free_table(): frees the entries, neither pages nor mappings. */
  freeTable(table: TableMemory): number {
    for (const entry of table.entries) this.clear(entry)
    return this.freeChunks(table.chunks)
  }

  private freeChunks(chunks: readonly Chunk[]): number {
    const { kernel } = this
    let flags = 0
    for (const { phys, isPage } of chunks) {
      flags |= isPage ? kernel.pages.freePages(phys >>> kernel.info.pageShift, 0) : kernel.slab.kfree(phys)
    }
    return flags
  }
}
