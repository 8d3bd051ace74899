/** linux/highmem.h: mapping a page for a moment. Follows mm/highmem.c at v6.12. */
import { Flag, NO_SUBJECT, Op } from '../../trace/ops.ts'
import type { folio, page } from '../handles/page.ts'
import { Ptr, Region } from '../handles/pointer.ts'
import type { Site, Surface } from '../surface.ts'

export function linuxHighmem(s: Surface) {
  const { trace, kernel, access, control } = s
  const { highmem, frames } = kernel

  /** The pointer of a mapping: page_address where the page has one. Its provenance is the page's block. */
  function mapped(pfn: number, slot?: bigint): Ptr {
    return slot === undefined ? access.pageAddress(pfn) : access.kmapSlot(pfn, slot)
  }

  /** The rest of kmap_local_page(), of a page whose row is open. */
  function mapLocal(pfn: number): Ptr {
    if (!frames.valid(pfn)) s.done(Op.kmap_local_page, 0, pfn >>> 0, 0, 0, Flag.WILD | Flag.FAULT)
    const right = highmem.mapLocal(control.task, pfn)
    s.done(Op.kmap_local_page, s.occupant(pfn), pfn, Math.max(right, 0), 0, right < 0 ? Flag.FAULT : 0)
    return Ptr.mapped(mapped(pfn, highmem.slotAddress(right)), Math.max(right, 0))
  }

  /** The frame of an argument, with no record opened. */
  function frameOf(site: Site, handle: page): number {
    trace.begin(site)
    const pfn = s.pfn(handle, Op.memset)
    s.abandon()
    return pfn
  }

  function zero(site: Site, handle: page, offset: number, len: number): void {
    checkPart(offset, len)
    access.memset(site, mapped(frameOf(site, handle)).add(offset), 0, len)
  }

  /** The kernel has no check here: a part that leaves the page is a read or write out of bounds. */
  function checkPart(offset: number, len: number): void {
    s.integer(offset, 'offset', 0, Number.MAX_SAFE_INTEGER, true)
    s.integer(len, 'len', 0, Number.MAX_SAFE_INTEGER, true)
  }

  return {
    steps: {
      /**
       * Maps a page into the kernel for the calling task. Takes no reference: the page has to stay allocated.
       *
       * The mapping belongs to this task and has to be undone in reverse order with `kunmap_local`. Legal in any
       * context; never sleeps. A page of high memory gets a slot of its own, any other has `page_address(page)`.
       */
      kmap_local_page(site: Site, page: page): Ptr {
        trace.begin(site)
        return mapLocal(s.pfn(page, Op.kmap_local_page))
      },
      /**
       * `kmap_local_page` of the page of a folio in which byte `offset` of the folio lies; returns the address of that
       * byte. One page only: the byte after its end is not mapped. Undone with `kunmap_local`.
       */
      kmap_local_folio(site: Site, folio: folio, offset: number): Ptr {
        s.integer(offset, 'offset', 0, Number.MAX_SAFE_INTEGER, true)
        trace.begin(site)
        const first = s.folioPfn(folio, Op.kmap_local_page)
        return mapLocal(first + Math.floor(offset / s.pageSize)).add(offset % s.pageSize)
      },
      /**
       * Undoes the newest `kmap_local_page` of this task. `addr` is any address inside the mapped page. Strictly last
       * in, first out.
       */
      kunmap_local(site: Site, addr: Ptr): void {
        trace.begin(site)
        const p = s.pointer(addr, Op.kunmap_local)
        const inSlot = Ptr.region(p) === Region.KMAP
        const phys = inSlot ? access.translate(p, 0) : s.physOf(p)
        const pfn = phys < 0 ? -1 : Math.floor(phys / s.pageSize)
        const slot = inSlot ? p.addr - (p.addr % BigInt(s.pageSize)) : undefined
        const flags = pfn < 0 ? Flag.WILD : highmem.unmapLocal(control.task, pfn, slot)
        const ended = pfn < 0 ? 0 : highmem.endedRight
        const expected = pfn < 0 ? 0 : highmem.expectedRight
        s.done(Op.kunmap_local, Ptr.allocation(p), pfn < 0 ? NO_SUBJECT : pfn, ended, expected, flags)
      },
      /** Maps a page until `kunmap(page)`; any task may use the address. May sleep. */
      kmap(site: Site, page: page): Ptr {
        trace.begin(site)
        const pfn = s.pfn(page, Op.kmap)
        if (!frames.valid(pfn)) s.done(Op.kmap, 0, pfn >>> 0, 0, 0, Flag.WILD | Flag.FAULT)
        const right = highmem.map(pfn)
        s.done(Op.kmap, s.occupant(pfn), pfn, Math.max(right, 0), 0, 0)
        return mapped(pfn, highmem.kmapAddress(pfn))
      },
      /** Undoes `kmap`. */
      kunmap(site: Site, page: page): void {
        trace.begin(site)
        const pfn = s.pfn(page, Op.kunmap)
        const flags = highmem.unmap(pfn)
        s.done(Op.kunmap, s.occupant(pfn), pfn >>> 0, highmem.endedRight, highmem.endedRight, flags)
      },
      /** Copies `len` bytes from `from` into a page, mapping it for the copy. */
      memcpy_to_page(site: Site, page: page, offset: number, from: Ptr, len: number): void {
        checkPart(offset, len)
        trace.begin(site)
        const pfn = s.pfn(page, Op.memcpy_to_page)
        s.abandon()
        const data = access.readBytes(site, s.pointer(from, Op.memcpy_to_page), len, Op.read)
        access.writeBytes(site, mapped(pfn).add(offset), data, Op.memcpy_to_page)
      },
      /** Fills a page with zeroes, mapping it for that. */
      clear_highpage(site: Site, page: page): void {
        zero(site, page, 0, s.pageSize)
      },
      /** Fills `len` bytes of a page with zeroes, mapping it for that. */
      memzero_page(site: Site, page: page, offset: number, len: number): void {
        zero(site, page, offset, len)
      },
      /** `memzero_page` with the names of the arguments that file systems use. */
      zero_user(site: Site, page: page, start: number, size: number): void {
        zero(site, page, start, size)
      },
      /** Copies a page to another one, mapping both for that. */
      copy_highpage(site: Site, to: page, from: page): void {
        access.memcpy(site, mapped(frameOf(site, to)), mapped(frameOf(site, from)), s.pageSize)
      },
      /** Copies `len` bytes out of a page to `to`, mapping it for the copy. */
      memcpy_from_page(site: Site, to: Ptr, page: page, offset: number, len: number): void {
        checkPart(offset, len)
        trace.begin(site)
        const pfn = s.pfn(page, Op.memcpy_from_page)
        s.abandon()
        const data = access.readBytes(site, mapped(pfn).add(offset), len, Op.memcpy_from_page)
        access.writeBytes(site, s.pointer(to, Op.memcpy_from_page), data, Op.write)
      },
    },
  }
}
