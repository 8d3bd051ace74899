/**
 * linux/mm.h: from page to folio, address and frame number and back, and the words of `struct page`. References and
 * counts: page-counts.ts. Follows include/linux/mm.h at v6.12.
 */
import { Flag, NO_SUBJECT, Op } from '../../trace/ops.ts'
import type { folio, page } from '../handles/page.ts'
import { Ptr } from '../handles/pointer.ts'
import { wordOf } from '../arguments.ts'
import type { Site, Surface } from '../surface.ts'

export function linuxMm(s: Surface) {
  const { trace, kernel, handles, access } = s
  const { frames, vmalloc } = kernel
  const shift = kernel.info.pageShift

  const headOf = (pfn: number): number => (frames.valid(pfn) ? frames.headOf(pfn) : pfn)

  /** __pa() of any address: what is not in the linear map wraps around. */
  const physBehind = (p: Ptr): bigint => BigInt.asUintN(8 * access.word, p.addr - kernel.info.pageOffset)
  const frameBehind = (p: Ptr): number => Number(BigInt.asUintN(40, physBehind(p) >> BigInt(shift)))

  /** The address that a conversion is given: NULL is one like any other, and what comes of it is no page. */
  const addressOf = (addr: unknown, kind: number): Ptr => s.pointerOrNull(addr, kind) ?? access.fromAddress(0n)
  /** What is known of an address that is not in the linear map. */
  const notLinear = (p: Ptr): number => Flag.WILD | (p.addr === 0n ? Flag.NULL : s.vpageOf(p) >= 0 ? Flag.VMALLOC : 0)

  /** __va() of a frame of high memory: beyond the linear map, in vmalloc space or past its end. */
  const beyond = (phys: number): Ptr => access.fromAddress(kernel.info.pageOffset + BigInt(phys))

  /** A query about a frame: recorded with its result, changes nothing. */
  function query(site: Site, kind: number, pfn: number, result: number): number {
    void site
    s.done(kind, s.occupant(pfn), pfn >>> 0, result, 0, frames.valid(pfn) ? 0 : Flag.WILD)
    return result
  }

  const wordBits = kernel.info.arch === 'i386-highmem' ? 32 : 64

  /** What an `unsigned long` keeps of a value. */
  const unsignedLong = (v: unknown): bigint => BigInt.asUintN(wordBits, wordOf(v, 'v'))

  /** The low and the high 32 bits of a word. */
  const halves = (value: bigint): [number, number] => [Number(value & 0xffff_ffffn), Number(value >> 32n)]

  /** A word of two halves: a number if that is exact. */
  function word(low: number, high: number): number | bigint {
    const value = high * 2 ** 32 + low
    return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) | BigInt(low)
  }

  return {
    steps: {
      /** The folio that contains a page: its head page. Takes no reference; racy unless one is held. */
      page_folio(site: Site, page: page): folio {
        trace.begin(site)
        const pfn = s.pfn(page, Op.page_folio)
        const head = headOf(pfn)
        s.done(Op.page_folio, s.occupant(head), pfn >>> 0, head, 0, frames.valid(pfn) ? 0 : Flag.WILD)
        return handles.folio(head)
      },
      /** The n-th page of a folio, without a check of the bounds. */
      folio_page(site: Site, folio: folio, n: number): page {
        trace.begin(site)
        const pfn = s.folioPfn(folio, Op.folio_page) + (s.integer(n, 'n', -(2 ** 31), 2 ** 53) | 0)
        s.done(Op.folio_page, s.occupant(pfn), pfn >>> 0, n | 0, 0, 0)
        return handles.page(pfn)
      },
      /** Index of a page inside a folio. */
      folio_page_idx(site: Site, folio: folio, page: page): number {
        trace.begin(site)
        const pfn = s.pfn(page, Op.folio_page_idx)
        return query(site, Op.folio_page_idx, pfn, pfn - s.folioPfn(folio, Op.folio_page_idx))
      },
      /** Address of a folio's first page in the linear map. */
      folio_address(site: Site, folio: folio): Ptr {
        trace.begin(site)
        const pfn = s.folioPfn(folio, Op.page_address)
        s.done(Op.page_address, s.occupant(pfn), pfn, 0, 0, 0)
        return access.pageAddress(pfn)
      },
      /** Pages in a folio. */
      folio_nr_pages(site: Site, folio: folio): number {
        trace.begin(site)
        const pfn = s.folioPfn(folio, Op.folio_nr_pages)
        return query(site, Op.folio_nr_pages, pfn, 2 ** frames.compoundOrder(pfn))
      },
      /** log2 of the pages in a folio. */
      folio_order(site: Site, folio: folio): number {
        trace.begin(site)
        const pfn = s.folioPfn(folio, Op.folio_order)
        return query(site, Op.folio_order, pfn, frames.compoundOrder(pfn))
      },
      /** Bytes in a folio. */
      folio_size(site: Site, folio: folio): number {
        trace.begin(site)
        const pfn = s.folioPfn(folio, Op.folio_size)
        return query(site, Op.folio_size, pfn, s.pageSize * 2 ** frames.compoundOrder(pfn))
      },
      /** The head page of a compound page, or the page itself. */
      compound_head(site: Site, page: page): page {
        trace.begin(site)
        const pfn = s.pfn(page, Op.compound_head)
        const head = headOf(pfn)
        s.done(Op.compound_head, s.occupant(head), pfn >>> 0, head, 0, frames.valid(pfn) ? 0 : Flag.WILD)
        return handles.page(head)
      },
      /** Order stored with a compound head; 0 for anything else, tails included. */
      compound_order(site: Site, page: page): number {
        trace.begin(site)
        const pfn = s.pfn(page, Op.compound_order)
        return query(site, Op.compound_order, pfn, frames.valid(pfn) ? frames.compoundOrder(pfn) : 0)
      },
      /** Pages of a compound page, asked of its head. */
      compound_nr(site: Site, page: page): number {
        trace.begin(site)
        const pfn = s.pfn(page, Op.compound_nr)
        return query(site, Op.compound_nr, pfn, 2 ** (frames.valid(pfn) ? frames.compoundOrder(pfn) : 0))
      },
      /** Bytes of a compound page, asked of its head. */
      page_size(site: Site, page: page): number {
        trace.begin(site)
        const pfn = s.pfn(page, Op.page_size)
        return query(site, Op.page_size, pfn, s.pageSize * 2 ** (frames.valid(pfn) ? frames.compoundOrder(pfn) : 0))
      },
      /** The page `n` frames on: pointer arithmetic on the memory map. */
      nth_page(site: Site, page: page, n: number): page {
        trace.begin(site)
        const pfn = s.pfn(page, Op.nth_page) + (s.integer(n, 'n', -(2 ** 31), 2 ** 53) | 0)
        s.done(Op.nth_page, s.occupant(pfn), pfn >>> 0, n | 0, 0, frames.valid(pfn) ? 0 : Flag.WILD)
        return handles.page(pfn)
      },
      /**
       * The page behind an address of the linear map. For vmalloc memory, the stack or module addresses the result is
       * a wild pointer, not NULL: use `vmalloc_to_page`. Takes no reference.
       */
      virt_to_page(site: Site, addr: Ptr): page {
        trace.begin(site)
        const p = addressOf(addr, Op.virt_to_page)
        const phys = s.physOf(p)
        const pfn = phys >= 0 ? Math.floor(phys / s.pageSize) : frameBehind(p)
        const flags = phys >= 0 ? 0 : notLinear(p)
        s.done(Op.virt_to_page, Ptr.allocation(p) !== 0 ? Ptr.allocation(p) : s.occupant(pfn), pfn >>> 0, 0, 0, flags)
        return handles.page(pfn)
      },
      /** The head page behind an address of the linear map. See `virt_to_page`. */
      virt_to_head_page(site: Site, addr: Ptr): page {
        trace.begin(site)
        const p = addressOf(addr, Op.virt_to_head_page)
        const phys = s.physOf(p)
        const pfn = phys >= 0 ? headOf(Math.floor(phys / s.pageSize)) : frameBehind(p)
        const flags = phys >= 0 ? 0 : notLinear(p)
        s.done(
          Op.virt_to_head_page,
          Ptr.allocation(p) !== 0 ? Ptr.allocation(p) : s.occupant(pfn),
          pfn >>> 0,
          0,
          0,
          flags,
        )
        return handles.page(pfn)
      },
      /**
       * The linear-map address of a page. Null for a high-memory page that has no `kmap` slot. Takes no reference: the
       * address is good as long as the memory stays allocated.
       */
      page_address(site: Site, page: page): Ptr | null {
        trace.begin(site)
        const pfn = s.pfn(page, Op.page_address)
        if (!frames.valid(pfn)) {
          s.done(Op.page_address, 0, pfn >>> 0, 0, 0, Flag.WILD)
          return access.fromAddress(kernel.info.pageOffset + BigInt(pfn) * BigInt(s.pageSize))
        }
        if (kernel.highmem.isHighmem(pfn)) {
          const slot = kernel.highmem.kmapAddress(pfn)
          s.done(Op.page_address, s.occupant(pfn), pfn, 0, 0, slot === undefined ? Flag.FAILED : 0)
          return slot === undefined ? null : access.kmapSlot(pfn, slot)
        }
        const p = access.pageAddress(pfn)
        s.done(Op.page_address, Ptr.allocation(p) !== 0 ? Ptr.allocation(p) : s.occupant(pfn), pfn, 0, 0, 0)
        return p
      },
      /** The linear-map address of a page, without the question whether it is high memory. */
      page_to_virt(site: Site, page: page): Ptr {
        trace.begin(site)
        const pfn = s.pfn(page, Op.page_to_virt)
        const p = kernel.highmem.isHighmem(pfn) ? beyond(pfn * s.pageSize) : access.pageAddress(pfn)
        s.done(Op.page_to_virt, Ptr.allocation(p), pfn >>> 0, 0, 0, frames.valid(pfn) ? 0 : Flag.WILD)
        return p
      },
      /** Page frame number of a page. */
      page_to_pfn(site: Site, page: page): number {
        trace.begin(site)
        const pfn = s.pfn(page, Op.page_to_pfn)
        return query(site, Op.page_to_pfn, pfn, pfn)
      },
      /** The page with a page frame number. Unchecked: the frame may be free, reserved or no RAM. */
      pfn_to_page(site: Site, pfn: number): page {
        trace.begin(site)
        const n = s.integer(pfn, 'pfn', 0, 2 ** 40)
        s.done(Op.pfn_to_page, s.occupant(n), n >>> 0, 0, 0, frames.valid(n) ? 0 : Flag.WILD)
        return handles.page(n)
      },
      /** 1 if the frame has a `struct page`, else 0. It says nothing about who uses it. */
      pfn_valid(site: Site, pfn: number): number {
        trace.begin(site)
        const valid = frames.valid(s.integer(pfn, 'pfn', 0, 2 ** 40))
        s.done(Op.pfn_valid, 0, pfn >>> 0, valid ? 1 : 0, 0, 0)
        return valid ? 1 : 0
      },
      /** Physical address of a page. */
      page_to_phys(site: Site, page: page): bigint {
        trace.begin(site)
        const pfn = s.pfn(page, Op.page_to_phys)
        query(site, Op.page_to_phys, pfn, 0)
        return BigInt(pfn) * BigInt(s.pageSize)
      },
      /** The page at a physical address. Takes no reference. */
      phys_to_page(site: Site, phys: bigint): page {
        const pfn = Number(wordOf(phys, 'phys') / BigInt(s.pageSize))
        trace.begin(site)
        s.done(Op.phys_to_page, s.occupant(pfn), pfn >>> 0, 0, 0, frames.valid(pfn) ? 0 : Flag.WILD)
        return handles.page(pfn)
      },
      /** Physical address of a linear-map address. Garbage for any other address. */
      virt_to_phys(site: Site, addr: Ptr): bigint {
        trace.begin(site)
        const p = addressOf(addr, Op.virt_to_phys)
        const phys = s.physOf(p)
        const flags = phys >= 0 ? 0 : notLinear(p)
        s.done(Op.virt_to_phys, Ptr.allocation(p), phys < 0 ? NO_SUBJECT : Math.floor(phys / s.pageSize), 0, 0, flags)
        return physBehind(p)
      },
      /** Linear-map address of a physical address. Takes the current occupant. */
      phys_to_virt(site: Site, phys: bigint): Ptr {
        const at = Number(wordOf(phys, 'phys'))
        trace.begin(site)
        const valid = at < kernel.config.memory
        const isHigh = kernel.highmem.isHighmem(Math.floor(at / s.pageSize))
        const p = valid && isHigh ? beyond(at) : access.linearOccupant(at)
        s.done(
          Op.phys_to_virt,
          Ptr.allocation(p),
          valid ? Math.floor(at / s.pageSize) : NO_SUBJECT,
          0,
          0,
          valid ? 0 : Flag.WILD,
        )
        return p
      },
      /** True if the address lies in vmalloc space: a pure range check. */
      is_vmalloc_addr(site: Site, addr: Ptr | null): boolean {
        trace.begin(site)
        const p = s.pointerOrNull(addr, Op.is_vmalloc_addr)
        const result = p !== null && s.vpageOf(p) >= 0
        s.done(Op.is_vmalloc_addr, p === null ? 0 : Ptr.allocation(p), NO_SUBJECT, result ? 1 : 0, 0, 0)
        return result
      },
      /** True if the address lies in the linear map and has a `struct page`. */
      virt_addr_valid(site: Site, addr: Ptr | null): boolean {
        trace.begin(site)
        const p = s.pointerOrNull(addr, Op.virt_addr_valid)
        const result = p !== null && s.physOf(p) >= 0
        s.done(Op.virt_addr_valid, p === null ? 0 : Ptr.allocation(p), NO_SUBJECT, result ? 1 : 0, 0, 0)
        return result
      },
      /**
       * The page behind an address of vmalloc space, by walking the page tables. Null if nothing is mapped. Takes no
       * reference.
       */
      vmalloc_to_page(site: Site, addr: Ptr): page | null {
        trace.begin(site)
        const p = s.pointer(addr, Op.vmalloc_to_page)
        const vpage = s.vpageOf(p)
        const phys = s.physOf(p)
        const pfn = vpage >= 0 ? vmalloc.translate(vpage) : phys >= 0 ? Math.floor(phys / s.pageSize) : -1
        const flags = (pfn < 0 ? Flag.FAILED : 0) | (vpage >= 0 ? Flag.VMALLOC : Flag.WILD)
        s.done(
          Op.vmalloc_to_page,
          pfn < 0 ? Ptr.allocation(p) : s.occupant(pfn),
          pfn < 0 ? NO_SUBJECT : pfn,
          0,
          0,
          flags,
        )
        return pfn < 0 ? null : handles.page(pfn)
      },
      /** Page frame number behind an address of vmalloc space; 0 if nothing is mapped. */
      vmalloc_to_pfn(site: Site, addr: Ptr): number {
        trace.begin(site)
        const p = s.pointer(addr, Op.vmalloc_to_pfn)
        const vpage = s.vpageOf(p)
        const pfn = vpage >= 0 ? vmalloc.translate(vpage) : -1
        const flags = (pfn < 0 ? Flag.FAILED : 0) | (vpage >= 0 ? Flag.VMALLOC : Flag.WILD)
        s.done(Op.vmalloc_to_pfn, Ptr.allocation(p), pfn < 0 ? NO_SUBJECT : pfn, 0, 0, flags)
        return Math.max(pfn, 0)
      },
      /** Name of the zone a page belongs to: `DMA`, `DMA32`, `Normal`, `HighMem`. */
      page_zone_name(site: Site, page: page): string {
        trace.begin(site)
        const pfn = s.pfn(page, Op.page_zone_name)
        query(site, Op.page_zone_name, pfn, 0)
        return kernel.info.zones[kernel.pages.zoneOf(pfn)]?.name ?? 'none'
      },
      /**
       * Value of `page->private`, an `unsigned long`: a number, or a bigint where a number would not be exact (an
       * address). On the first page of a free buddy block it is the order of the block.
       */
      page_private<T extends number | bigint = number>(site: Site, page: page): T {
        trace.begin(site)
        const pfn = s.pfn(page, Op.page_private)
        const isBuddy = frames.valid(pfn) && frames.isBuddy(pfn)
        const low = isBuddy ? frames.order[pfn]! - 1 : (frames.private[pfn] ?? 0)
        return word(query(site, Op.page_private, pfn, low), isBuddy ? 0 : (frames.privateHigh.get(pfn) ?? 0)) as T
      },
      /** Sets `page->private`, an `unsigned long`: 64 bits, on i386 32. */
      set_page_private(site: Site, page: page, v: number | bigint): void {
        const value = unsignedLong(v)
        trace.begin(site)
        const pfn = s.pfn(page, Op.set_page_private)
        const [low, high] = halves(value)
        if (frames.valid(pfn)) frames.setPrivate(pfn, low, high)
        const flags = frames.valid(pfn) ? 0 : Flag.WILD | Flag.FAULT
        s.done(Op.set_page_private, s.occupant(pfn), pfn >>> 0, low | 0, high | 0, flags)
      },
      /**
       * Value of `page->mapping`: bit 0 is set for anonymous memory, 0 is NULL. A number, or a bigint where a number
       * would not be exact (an address).
       */
      page_mapping<T extends number | bigint = number>(site: Site, page: page): T {
        trace.begin(site)
        const pfn = s.pfn(page, Op.page_mapping)
        const low = query(site, Op.page_mapping, pfn, frames.mapping[pfn] ?? 0)
        return word(low, frames.mappingHigh.get(pfn) ?? 0) as T
      },
      /** Sets `page->mapping`, a pointer. It has to be NULL again when the page is freed. */
      set_page_mapping(site: Site, page: page, v: number | bigint | null): void {
        const value = unsignedLong(v ?? 0)
        trace.begin(site)
        const pfn = s.pfn(page, Op.set_page_mapping)
        const [low, high] = halves(value)
        if (frames.valid(pfn)) frames.setMapping(pfn, low, high)
        const flags = frames.valid(pfn) ? 0 : Flag.WILD | Flag.FAULT
        s.done(Op.set_page_mapping, s.occupant(pfn), pfn >>> 0, low, high | 0, flags)
      },
      /** Gives the pages on the per-cpu lists back to the buddy lists. */
      drain_all_pages(site: Site): void {
        trace.begin(site)
        kernel.pages.drainAll()
        s.done(Op.drain_all_pages, 0, NO_SUBJECT, 0, 0, 0)
      },
    },
    values: {
      /** Bytes in a page. */
      PAGE_SIZE: s.pageSize,
      /** log2 of PAGE_SIZE. */
      PAGE_SHIFT: shift,
      /** Address bits above the offset in a page, as a bigint mask. */
      PAGE_MASK: BigInt.asIntN(64, ~BigInt(s.pageSize - 1)) as bigint,
    },
  }
}
