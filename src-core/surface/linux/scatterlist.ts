/** linux/scatterlist.h: lists of byte ranges of pages. Follows lib/scatterlist.c at v6.12. */
import { mergePages, type SgEntry, type TableMemory } from '../../dma/scatterlist.ts'
import { Driven } from '../../sched/driven.ts'
import { Flag, NO_SUBJECT, Op } from '../../trace/ops.ts'
import type { page } from '../handles/page.ts'
import { Ptr } from '../handles/pointer.ts'
import { scatterlist, sg_table } from '../handles/scatterlist.ts'
import { busAddress } from '../scatter.ts'
import type { Site, Surface } from '../surface.ts'

/** Largest segment of sg_alloc_table_from_pages(). */
const UINT_MAX = 0xffff_ffff
const MAX_ENTRIES = 2 ** 20
const EINVAL = 22
const ENOMEM = 12

export function linuxScatterlist(s: Surface) {
  const { trace, failures, access, handles, scatter } = s
  const { lists } = s.dma

  /** Makes `n` entries in storage of the snippet: an array that gets filled, or one object. */
  function init(storage: unknown, n: number, kind: number): SgEntry {
    const entries = lists.make(n, 0)
    // A handle (a pointer, a page) takes no fields: it is no storage.
    const fits = (each: unknown): each is object =>
      typeof each === 'object' && each !== null && Object.isExtensible(each)
    if (Array.isArray(storage) && Object.isExtensible(storage)) {
      entries.forEach((entry, i) => {
        const slots = storage as unknown[]
        if (!fits(slots[i])) slots[i] = new scatterlist()
        scatter.bind(slots[i] as object, entry)
      })
    } else if (fits(storage) && n === 1) scatter.bind(storage, entries[0]!)
    else throw s.wrongType(kind, `an array for ${n} entries`)
    return entries[0]!
  }

  function setBuffer(kind: number, entry: SgEntry, buf: Ptr | null, length: number): void {
    const p = s.pointer(buf, kind)
    const phys = s.physOf(p)
    if (phys < 0) {
      const vmalloc = s.vpageOf(p) >= 0
      lists.set(entry, -1, 0, length, Ptr.allocation(p))
      return s.done(kind, Ptr.allocation(p), entry.id, length, 0, vmalloc ? Flag.VMALLOC : Flag.WILD)
    }
    const offset = phys % s.pageSize
    lists.set(entry, (phys - offset) / s.pageSize, offset, length, Ptr.allocation(p))
    s.done(kind, Ptr.allocation(p), entry.id, length, offset, 0)
  }

  function allocate(kind: number, storage: object, gfp: number, make: () => TableMemory | number): number {
    const table = scatter.table(storage, kind)
    s.integer(gfp, 'flags', 0, UINT_MAX)
    const made = failures.armed && failures.take(kind) ? -ENOMEM : make()
    if (typeof made === 'number') {
      Object.assign(table, { sgl: null, nents: 0, origNents: 0, memory: null })
      s.done(kind, 0, NO_SUBJECT, 0, gfp, Flag.FAILED)
      return made
    }
    const n = made.entries.length
    Object.assign(table, { sgl: made.entries[0]!, nents: n, origNents: n, memory: made })
    s.done(kind, made.allocation, made.entries[0]!.id, n, gfp, 0)
    return 0
  }

  function fromPages(
    site: Site,
    kind: number,
    table: object,
    pages: readonly page[],
    count: number,
    offset: number,
    size: number,
    maxSegment: number,
    gfp: number,
  ): number {
    trace.begin(site)
    const n = s.integer(count, 'n_pages', 0, MAX_ENTRIES)
    if (n === 0) s.pointer(null, kind)
    if (!Array.isArray(pages) || pages.length < n) throw s.wrongType(kind, `an array of ${n} pages`)
    const pfns = pages.slice(0, n).map((p: page) => s.pfn(p, kind))
    const skip = s.integer(offset, 'offset', 0, UINT_MAX)
    const bytes = s.integer(size, 'size', 0, Number.MAX_SAFE_INTEGER)
    if (maxSegment < s.pageSize) {
      s.done(kind, 0, NO_SUBJECT, 0, gfp, Flag.FAILED | Flag.WARNED)
      return -EINVAL
    }
    return allocate(kind, table, gfp, () => {
      const segments = mergePages(pfns, skip, bytes, maxSegment, s.pageSize)
      const made = lists.allocTable(segments.length, gfp)
      if (typeof made === 'number') return made
      segments.forEach(({ pfn, offset: at, length }, i) => {
        lists.set(made.entries[i]!, pfn, at, length, s.memoryAt(pfn * s.pageSize + at))
      })
      return made
    })
  }

  /** sg_copy_buffer(): a read and a write for each entry, one step each. */
  function copy(site: Site, sgl: object, nents: number, buf: Ptr, length: number, toList: boolean): number {
    const kind = toList ? Op.memcpy_to_page : Op.memcpy_from_page
    trace.begin(site)
    const entries = scatter.entries(scatter.entry(sgl, kind), s.integer(nents, 'nents', 0, MAX_ENTRIES))
    const bytes = s.integer(length, 'buflen', 0, UINT_MAX)
    const p = s.pointer(buf, kind)
    s.abandon()
    let done = 0
    for (const entry of entries) {
      const run = Math.min(entry.length, bytes - done)
      if (run <= 0) break
      const at = access.linearOccupant(physOf(entry))
      if (toList) access.writeBytes(site, at, access.readBytes(site, p.add(done), run, Op.read), kind)
      else access.writeBytes(site, p.add(done), access.readBytes(site, at, run, kind), Op.write)
      done += run
    }
    return done
  }

  function physOf(entry: SgEntry): number {
    return entry.pfn * s.pageSize + entry.offset
  }

  return {
    steps: {
      /**
       * Initialises `nents` entries in place: an array (which gets filled) or, for one entry, an object. The last one
       * is marked as the end. Call it before the entries are set.
       */
      sg_init_table(site: Site, sgl: object, nents: number): void {
        trace.begin(site)
        const n = s.integer(nents, 'nents', 1, MAX_ENTRIES)
        const first = init(sgl, n, Op.sg_init_table)
        s.done(Op.sg_init_table, 0, first.id, n, 0, 0)
      },
      /** Initialises one entry and points it at a buffer of the linear map. Takes no reference. */
      sg_init_one(site: Site, sg: object, buf: Ptr | null, buflen: number): void {
        trace.begin(site)
        setBuffer(Op.sg_init_one, init(sg, 1, Op.sg_init_one), buf, s.integer(buflen, 'buflen', 0, UINT_MAX))
      },
      /**
       * Points an entry at `len` bytes from `offset` in a page. Takes no reference: whoever owns the page has to keep
       * it until the list is unmapped and used no more.
       */
      sg_set_page(site: Site, sg: scatterlist, page: page, len: number, offset: number): void {
        trace.begin(site)
        const entry = scatter.entry(sg, Op.sg_set_page)
        const pfn = s.pfn(page, Op.sg_set_page)
        const length = s.integer(len, 'len', 0, UINT_MAX)
        const at = s.integer(offset, 'offset', 0, UINT_MAX)
        const memory = s.memoryAt(pfn * s.pageSize + at)
        lists.set(entry, pfn, at, length, memory)
        s.done(Op.sg_set_page, memory, entry.id, length, at, s.kernel.frames.valid(pfn) ? 0 : Flag.WILD)
      },
      /**
       * Points an entry at a buffer of the linear map (kmalloc, page_address). A vmalloc or stack address gives a wild
       * page. Takes no reference: the buffer has to live until the list is unmapped and used no more.
       */
      sg_set_buf(site: Site, sg: scatterlist, buf: Ptr | null, buflen: number): void {
        trace.begin(site)
        setBuffer(Op.sg_set_buf, scatter.entry(sg, Op.sg_set_buf), buf, s.integer(buflen, 'buflen', 0, UINT_MAX))
      },
      /** The page of an entry: CPU side. Takes no reference. Null where none was set. */
      sg_page(site: Site, sg: scatterlist): page {
        trace.begin(site)
        const entry = scatter.entry(sg, Op.sg_page)
        s.done(Op.sg_page, s.memoryAt(physOf(entry)), entry.pfn >>> 0, entry.id, scatter.bound, 0)
        return entry.pfn < 0 ? (null as unknown as page) : handles.page(entry.pfn)
      },
      /** The linear-map address of an entry's bytes: CPU side. In high memory: page_address(), NULL, and the offset. */
      sg_virt(site: Site, sg: scatterlist): Ptr {
        trace.begin(site)
        const entry = scatter.entry(sg, Op.sg_virt)
        s.done(Op.sg_virt, s.memoryAt(physOf(entry)), entry.pfn >>> 0, entry.id, scatter.bound, 0)
        if (!s.kernel.highmem.isHighmem(entry.pfn)) return access.linearOccupant(physOf(entry))
        const slot = s.kernel.highmem.kmapAddress(entry.pfn)
        if (slot === undefined) return access.fromAddress(BigInt(entry.offset))
        return access.kmapSlot(entry.pfn, slot).add(entry.offset)
      },
      /** The physical address of an entry's bytes: CPU side, not what a device uses (`sg_dma_address`). */
      sg_phys(site: Site, sg: scatterlist): bigint {
        trace.begin(site)
        const entry = scatter.entry(sg, Op.sg_page)
        s.done(Op.sg_page, s.memoryAt(physOf(entry)), entry.pfn >>> 0, entry.id, scatter.bound, 0)
        return BigInt(physOf(entry))
      },
      /** The entry after this one, or null after the last. */
      sg_next(site: Site, sg: scatterlist): scatterlist | null {
        const entry = scatter.entry(sg, Op.sg_next)
        scatter.look(site, Op.sg_next, entry)
        return scatter.handle(entry.next)
      },
      /** Entries from this one to the end of the list. */
      sg_nents(site: Site, sg: scatterlist): number {
        const entry = scatter.entry(sg, Op.sg_nents)
        const count = scatter.entries(entry, MAX_ENTRIES).length
        scatter.look(site, Op.sg_nents, entry, count)
        return count
      },
      /** DMA address of a DMA entry: device side, below `nents` only. Not always the address of this entry's page. */
      sg_dma_address(site: Site, sg: scatterlist): bigint {
        const entry = scatter.entry(sg, Op.sg_dma_address)
        scatter.look(site, Op.sg_dma_address, entry)
        return busAddress(s, entry.dmaAddress)
      },
      /** Bytes of a DMA entry: device side, below `nents` only. */
      sg_dma_len(site: Site, sg: scatterlist): number {
        const entry = scatter.entry(sg, Op.sg_dma_len)
        scatter.look(site, Op.sg_dma_len, entry)
        return entry.dmaLength
      },
      /**
       * Allocates a table of `nents` empty entries. Owner: the caller, until `sg_free_table`.
       * @returns 0; -EINVAL for no entries; -ENOMEM
       */
      sg_alloc_table(site: Site, table: object, nents: number, gfp: number): number {
        trace.begin(site)
        const n = s.integer(nents, 'nents', 0, MAX_ENTRIES)
        return allocate(Op.sg_alloc_table, table, gfp, () => lists.allocTable(n, gfp))
      },
      /**
       * Allocates a table for an array of pages; physical neighbours in ascending order become one entry. Takes no
       * references. `offset` is where the first page's data starts, `size` all bytes.
       * Owner: the caller, until `sg_free_table`. @returns 0 or -ENOMEM
       */
      sg_alloc_table_from_pages(
        site: Site,
        sgt: object,
        pages: readonly page[],
        n_pages: number,
        offset: number,
        size: number,
        gfp: number,
      ): number {
        return fromPages(site, Op.sg_alloc_table_from_pages, sgt, pages, n_pages, offset, size, UINT_MAX, gfp)
      },
      /** `sg_alloc_table_from_pages` with entries of at most `max_segment` bytes, rounded down to pages; 0: -EINVAL. */
      sg_alloc_table_from_pages_segment(
        site: Site,
        sgt: object,
        pages: readonly page[],
        n_pages: number,
        offset: number,
        size: number,
        max_segment: number,
        gfp: number,
      ): number {
        return fromPages(
          site,
          Op.sg_alloc_table_from_pages_segment,
          sgt,
          pages,
          n_pages,
          offset,
          size,
          max_segment,
          gfp,
        )
      },
      /** Copies `buflen` bytes at most from a buffer to the list; returns how many. CPU side: no device may own it. */
      sg_copy_from_buffer(site: Site, sgl: object, nents: number, buf: Ptr, buflen: number): number {
        return copy(site, sgl, nents, buf, buflen, true)
      },
      /** Copies up to `buflen` bytes from the list to a buffer. CPU side. @returns bytes copied */
      sg_copy_to_buffer(site: Site, sgl: object, nents: number, buf: Ptr, buflen: number): number {
        return copy(site, sgl, nents, buf, buflen, false)
      },
      /** Frees the entries of a table; neither its pages nor its mapping. Unmap first. */
      sg_free_table(site: Site, table: object): void {
        trace.begin(site)
        const state = scatter.table(table, Op.sg_free_table)
        const { memory } = state
        const first = state.sgl?.id ?? NO_SUBJECT
        const flags = memory === null ? 0 : lists.freeTable(memory)
        const count = state.origNents
        Object.assign(state, { sgl: null, memory: null })
        s.done(Op.sg_free_table, memory?.allocation ?? 0, first, count, 0, flags)
      },
    },
    suspending: {
      /** Calls `fn(sg, i)` for `nr` entries: `orig_nents` for the CPU side, `nents` for the device side. */
      for_each_sg(site: Site, sglist: object | null, nr: number, fn: (sg: scatterlist, i: number) => void): void {
        trace.begin(site)
        const n = s.integer(nr, 'nr', 0, MAX_ENTRIES)
        const first = n === 0 ? null : scatter.entry(sglist, Op.for_each_sg)
        s.done(Op.for_each_sg, first?.holder ?? 0, first?.id ?? NO_SUBJECT, n, 0, 0)
        return new Driven(scatter.visit(site, Op.for_each_sg, first, n, fn)) as unknown as void
      },
      /** Calls `fn(sg, i)` for the CPU side of a table: `orig_nents` entries with pages and lengths. */
      for_each_sgtable_sg(site: Site, sgt: sg_table, fn: (sg: scatterlist, i: number) => void): void {
        trace.begin(site)
        const { sgl, origNents } = scatter.table(sgt, Op.for_each_sgtable_sg)
        s.done(Op.for_each_sgtable_sg, sgl?.holder ?? 0, sgl?.id ?? NO_SUBJECT, origNents, 0, 0)
        return new Driven(scatter.visit(site, Op.for_each_sgtable_sg, sgl, origNents, fn)) as unknown as void
      },
      /** Calls `fn(sg, i)` for the device side of a mapped table: `nents` entries with DMA addresses and lengths. */
      for_each_sgtable_dma_sg(site: Site, sgt: sg_table, fn: (sg: scatterlist, i: number) => void): void {
        trace.begin(site)
        const { sgl, nents } = scatter.table(sgt, Op.for_each_sgtable_dma_sg)
        s.done(Op.for_each_sgtable_dma_sg, sgl?.holder ?? 0, sgl?.id ?? NO_SUBJECT, nents, 0, 0)
        return new Driven(scatter.visit(site, Op.for_each_sgtable_dma_sg, sgl, nents, fn)) as unknown as void
      },
    },
    values: {
      /** Storage of one entry: `new scatterlist()`. */
      scatterlist: scatterlist as new () => scatterlist,
      /** Storage of a table: `new sg_table()`. */
      sg_table: sg_table as new () => sg_table,
    },
  }
}
