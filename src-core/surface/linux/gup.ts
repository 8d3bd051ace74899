/**
 * linux/mm.h: get_user_pages and pins. Follows mm/gup.c at v6.12 (KERNEL_FACTS 7.7: what stops whom).
 * Simplified: nothing is migrated for FOLL_LONGTERM; FOLL_FORCE is not known.
 */
import { Flag, NO_SUBJECT, Op } from '../../trace/ops.ts'
import type { MmStruct } from '../../mm/mm-struct.ts'
import { PG_referenced } from '../../mm/page-flags.ts'
import { ZERO_PFN } from '../../mm/user-map.ts'
import { VM_IO, VM_PFNMAP, VM_READ, VM_WRITE } from '../../mm/vma.ts'
import type { page } from '../handles/page.ts'
import { page as PageHandle } from '../handles/page.ts'
import type { Ptr } from '../handles/pointer.ts'
import { Ptr as Pointer } from '../handles/pointer.ts'
import type { Site, Surface } from '../surface.ts'

const FOLL_WRITE = 0x1
const FOLL_LONGTERM = 0x100
const EFAULT = -14
const EEXIST = -17
const ENOMEM = -12

export function linuxGup(s: Surface) {
  const { trace, users, kernel, handles } = s
  const { map } = users

  /** Frame that slow GUP finds behind an address, or a negative errno. */
  function slow(site: Site, mm: MmStruct, address: number, write: boolean): number {
    const vma = mm.lookup(address)
    if (vma === null || (vma.flags & (VM_IO | VM_PFNMAP)) !== 0) return EFAULT
    if ((vma.flags & (write ? VM_WRITE : VM_READ)) === 0) return EFAULT
    const pfn = users.reach(site, mm, address, write)
    if (pfn < 0) return EFAULT
    const pte = mm.table.get(address - (address % s.pageSize))
    if (pte?.special === true && pfn !== ZERO_PFN) return EEXIST
    return pfn
  }

  /** Frame that GUP-fast takes without looking at the area; -1 = it leaves the page to slow GUP. */
  function fast(mm: MmStruct, address: number, write: boolean, lasting: boolean): number {
    const pte = mm.table.get(address - (address % s.pageSize))
    if (pte === null || pte.special || pte.none === true || (write && !pte.write)) return -1
    // gup_fast_folio_allowed(): a lasting pin for writing is for anonymous memory only.
    if (lasting && write && !map.isAnonymous(pte.pfn)) return -1
    return kernel.refs.count(pte.pfn) > 0 ? pte.pfn : -1
  }

  function take(
    site: Site,
    kind: number,
    start: bigint | number | Ptr,
    nr: number,
    flags: number,
    pages: (page | null)[] | null,
  ): number {
    const pin = kind === Op.pin_user_pages || kind === Op.pin_user_pages_fast
    const isFast = kind === Op.get_user_pages_fast || kind === Op.pin_user_pages_fast
    const write = (flags & FOLL_WRITE) !== 0
    const process = users.current
    const first = Number(Pointer.is(start) ? start.addr : start)
    let taken = 0
    let errno = process === null ? EFAULT : 0
    while (errno === 0 && process !== null && taken < nr) {
      const address = first - (first % s.pageSize) + taken * s.pageSize
      let pfn = isFast ? fast(process.mm, address, write, pin && (flags & FOLL_LONGTERM) !== 0) : -1
      const found = pfn >= 0
      if (!found) pfn = slow(site, process.mm, address, write)
      trace.begin(site)
      if (pfn >= 0 && !map.grab(pfn, pin)) pfn = ENOMEM
      if (pfn >= 0 && found) map.setFlag(pfn, PG_referenced)
      else if (pfn >= 0) map.touch(process.mm, address, pfn, write)
      if (pfn < 0) {
        s.abandon()
        errno = pfn
        break
      }
      if (pages !== null && pages !== undefined) pages[taken] = handles.page(pfn)
      s.done(kind, map.occupant(pfn), pfn, kernel.frames.headOf(pfn), flags, 0)
      taken++
    }
    if (taken > 0 || nr === 0) return taken
    trace.begin(site)
    s.done(kind, 0, NO_SUBJECT, 0, errno, Flag.FAILED)
    return errno
  }

  function unpin(site: Site, kind: number, handle: page): void {
    trace.begin(site)
    const pfn = s.pfn(handle, kind)
    if (!kernel.frames.valid(pfn)) return s.done(kind, 0, pfn >>> 0, pfn, 0, Flag.WILD | Flag.FAULT)
    const allocation = s.occupant(kernel.frames.headOf(pfn))
    const result = map.unpin(pfn)
    s.done(kind, allocation, pfn, kernel.frames.headOf(pfn), 0, result)
  }

  return {
    steps: {
      /**
       * Takes a reference of each page behind a range of the running program's memory, making them present first.
       * Needs mmap_lock. Returns the number of pages taken, which may be short, or -EFAULT, -EEXIST, -ENOMEM if none.
       * Give each back with `put_page`. VM_IO and VM_PFNMAP areas are refused.
       */
      get_user_pages(site: Site, start: bigint | number | Ptr, nr: number, flags: number, pages: page[]): number {
        return take(site, Op.get_user_pages, start, nr, flags, pages)
      },
      /**
       * `get_user_pages` without a lock: reads the entries first, and does not look at the area's flags where that is
       * enough.
       */
      get_user_pages_fast(site: Site, start: bigint | number | Ptr, nr: number, flags: number, pages: page[]): number {
        return take(site, Op.get_user_pages_fast, start, nr, flags, pages)
      },
      /** `get_user_pages` for DMA: pins, to be given back with `unpin_user_page`. */
      pin_user_pages(site: Site, start: bigint | number | Ptr, nr: number, flags: number, pages: page[]): number {
        return take(site, Op.pin_user_pages, start, nr, flags, pages)
      },
      /** `get_user_pages_fast` for DMA: pins, to be given back with `unpin_user_page`. */
      pin_user_pages_fast(site: Site, start: bigint | number | Ptr, nr: number, flags: number, pages: page[]): number {
        return take(site, Op.pin_user_pages_fast, start, nr, flags, pages)
      },
      /** Gives back a pin of `pin_user_pages` (never a reference of `get_user_pages`). */
      unpin_user_page(site: Site, page: page): void {
        unpin(site, Op.unpin_user_page, page)
      },
      /** Gives back the pins of an array. */
      unpin_user_pages(site: Site, pages: readonly page[], n: number): void {
        for (let i = 0; i < n; i++) unpin(site, Op.unpin_user_pages, pages[i]!)
      },
      /** True if the page seems to be pinned: for small pages a guess from the reference count. */
      folio_maybe_dma_pinned(site: Site, folio: object): boolean {
        trace.begin(site)
        const pfn = PageHandle.is(folio) ? PageHandle.pfn(folio) : s.folioPfn(folio as never, Op.page_count)
        const result = map.maybePinned(pfn)
        s.done(Op.page_count, s.occupant(pfn), pfn, kernel.refs.count(pfn), 0, 0)
        return result
      },
      /** 1 if the page, or a page of its folio, is mapped in page tables. */
      page_mapped(site: Site, page: page): number {
        trace.begin(site)
        const pfn = s.pfn(page, Op.page_mapcount)
        const head = kernel.frames.headOf(pfn)
        let count = 0
        for (let i = 0; i < 2 ** kernel.frames.compoundOrder(head); i++) count += kernel.refs.mapcount(head + i)
        s.done(Op.page_mapcount, s.occupant(pfn), pfn, count, 0, 0)
        return count > 0 ? 1 : 0
      },
    },
    values: {
      /** The pages will be written. */
      FOLL_WRITE,
      /** The pins last: DMA by a device, RDMA. */
      FOLL_LONGTERM,
    },
  }
}
