/** linux/gfp.h: allocating and freeing page blocks. Follows mm/page_alloc.c at v6.12. */
import { AllocationKind } from '../../trace/allocation-kind.ts'
import { FrameKind } from '../../trace/fields.ts'
import { Flag, NO_SUBJECT, Op } from '../../trace/ops.ts'
import * as gfp from '../../mm/gfp.ts'
import type { folio, page } from '../handles/page.ts'
import { Ptr } from '../handles/pointer.ts'
import type { Site, Surface } from '../surface.ts'

const ORDERS = 64

export function linuxGfp(s: Surface) {
  const { trace, kernel, failures, handles } = s
  const { pages, frames } = kernel
  const { single, maxOrder } = pages

  /**
   * One allocation; `make` turns the first pfn into what the caller gets. Without memory the task reclaims, if it may,
   * and tries again.
   */
  function allocate<T>(
    site: Site,
    kind: number,
    gfpMask: number,
    order: number,
    frameKind: FrameKind,
    make: (pfn: number) => T,
  ): T | null {
    trace.begin(site)
    return allocateBegun(site, kind, gfpMask, order, frameKind, make)
  }

  /** `allocate` whose record is open. */
  function allocateBegun<T>(
    site: Site,
    kind: number,
    gfpMask: number,
    order: number,
    frameKind: FrameKind,
    make: (pfn: number) => T,
  ): T | null {
    const refused = failures.armed && order <= maxOrder && failures.take(kind)
    const compound = (gfpMask & gfp.__GFP_COMP) !== 0 && order > 0
    const pfn = refused
      ? -1
      : pages.alloc(order, gfpMask, frameKind, compound ? AllocationKind.COMPOUND : AllocationKind.PAGES)
    if (pfn < 0) {
      if (!refused && s.reclaim.helps()) {
        s.abandon()
        return s.reclaim.again(site, () => allocate(site, kind, gfpMask, order, frameKind, make))
      }
      s.done(kind, 0, NO_SUBJECT, order, gfpMask, Flag.FAILED)
      return null
    }
    s.done(kind, trace.lastAllocation, pfn, order, gfpMask, 0)
    return make(pfn)
  }

  /** The order of an allocation: an unsigned int of the kernel, of which everything above MAX_PAGE_ORDER fails. */
  function orderOf(order: number): number {
    const whole = Number.isInteger(order) ? order : s.integer(order, 'order', 0, ORDERS, true)
    return whole >= 0 && whole <= ORDERS ? whole : maxOrder + 1
  }

  const asPage = (pfn: number): page => handles.page(pfn)
  const asFolio = (pfn: number): folio => handles.folio(pfn)
  const address = (pfn: number): Ptr => {
    const phys = pfn * s.pageSize
    return s.access.linear(phys, trace.lastAllocation, phys)
  }

  /** alloc_pages_exact(): see `allocate`. */
  function allocateExact(site: Site, bytes: number, mask: number): Ptr | null {
    trace.begin(site)
    const refused = failures.armed && failures.take(Op.alloc_pages_exact)
    const pfn = refused ? -1 : pages.allocExact(bytes, mask)
    if (pfn < 0) {
      if (!refused && s.reclaim.helps()) {
        s.abandon()
        return s.reclaim.again(site, () => allocateExact(site, bytes, mask))
      }
      s.done(Op.alloc_pages_exact, 0, NO_SUBJECT, bytes, mask, Flag.FAILED)
      return null
    }
    s.done(Op.alloc_pages_exact, trace.lastAllocation, pfn, bytes, mask, 0)
    return address(pfn)
  }

  /** alloc_pages_bulk_array(): one row per page. */
  function allocateBulk(site: Site, mask: number, count: number, slots: (page | null)[]): number {
    let filled = 0
    for (let i = 0; i < count; i++) {
      if (slots[i] !== null && slots[i] !== undefined) {
        filled++
        continue
      }
      trace.begin(site)
      const refused = failures.armed && failures.take(Op.alloc_pages_bulk_array)
      const pfn = refused ? -1 : pages.alloc(0, mask, FrameKind.PAGE, AllocationKind.PAGES)
      if (pfn < 0) {
        if (!refused && filled === 0 && s.reclaim.helps()) {
          s.abandon()
          return s.reclaim.again(site, () => allocateBulk(site, mask, count, slots))
        }
        s.done(Op.alloc_pages_bulk_array, 0, NO_SUBJECT, 0, mask, Flag.FAILED)
        return filled
      }
      s.done(Op.alloc_pages_bulk_array, trace.lastAllocation, pfn, 0, mask, 0)
      slots[i] = handles.page(pfn)
      filled++
    }
    return filled
  }

  function free(kind: number, pfn: number, order: number): void {
    const known = frames.valid(pfn)
    const allocation = known ? pages.allocationAt(pfn) : 0
    const flags = known ? pages.freePages(pfn, order) : Flag.WILD | Flag.FAULT
    s.done(kind, allocation, pfn >>> 0, order, 0, flags)
  }

  function freeAddress(site: Site, kind: number, addr: Ptr | null, order: number): void {
    trace.begin(site)
    const p = s.pointerOrNull(addr, kind)
    if (p === null) return s.done(kind, 0, NO_SUBJECT, order, 0, Flag.NULL)
    const phys = s.physOf(p)
    if (phys < 0) return s.done(kind, Ptr.allocation(p), NO_SUBJECT, order, 0, Flag.WILD | Flag.FAULT)
    const pfn = Math.floor(phys / s.pageSize)
    const allocation = Ptr.allocation(p) !== 0 ? Ptr.allocation(p) : pages.allocationAt(pfn)
    s.done(kind, allocation, pfn, order, 0, pages.freePages(pfn, order))
  }

  return {
    steps: {
      /**
       * Allocates a block of 2^order page frames.
       *
       * Owner: the caller owns the block until `__free_pages(page, order)` with the same order.
       * References: 1 on the first page; 0 on the others unless `__GFP_COMP` makes them tails of one compound page.
       * Sleeps: if `gfp_mask` has `__GFP_DIRECT_RECLAIM` (GFP_KERNEL does).
       * Not simulated: compaction. Where free pages lie apart the kernel would move movable ones together; here a
       * block of several pages fails, and the kernel log shows what is free.
       * @param gfp_mask GFP_* flags
       * @param order 0 to MAX_PAGE_ORDER; more fails
       * @returns the first page, or null if there is no memory
       */
      alloc_pages(site: Site, gfp_mask: number, order: number): page | null {
        return allocate(site, Op.alloc_pages, s.gfp(gfp_mask), orderOf(order), FrameKind.PAGE, asPage)
      },
      /**
       * Allocates one page frame.
       *
       * Owner: the caller, until `__free_page(page)` (or the last `put_page(page)`).
       * References: 1. Sleeps: if `gfp_mask` allows direct reclaim.
       * @returns the page, or null if there is no memory
       */
      alloc_page(site: Site, gfp_mask: number): page | null {
        s.gfp(gfp_mask)
        trace.begin(site)
        const pfn = failures.armed ? -1 : single.alloc(gfp_mask)
        if (pfn < 0) return allocateBegun(site, Op.alloc_page, gfp_mask, 0, FrameKind.PAGE, asPage)
        s.done(Op.alloc_page, trace.lastAllocation, pfn, 0, gfp_mask, 0)
        return handles.page(pfn)
      },
      /**
       * Allocates 2^order pages and returns their address in the linear map.
       *
       * Owner: the caller, until `free_pages(addr, order)`. `__GFP_HIGHMEM` is ignored.
       * @returns a pointer, or null (0) if there is no memory
       */
      __get_free_pages(site: Site, gfp_mask: number, order: number): Ptr | null {
        return allocate(
          site,
          Op.__get_free_pages,
          s.gfp(gfp_mask) & ~gfp.__GFP_HIGHMEM,
          orderOf(order),
          FrameKind.PAGE,
          address,
        )
      },
      /**
       * Allocates one page and returns its address. Owner: the caller, until `free_page(addr)`. Null if there is no
       * memory.
       */
      __get_free_page(site: Site, gfp_mask: number): Ptr | null {
        return allocate(site, Op.__get_free_page, s.gfp(gfp_mask) & ~gfp.__GFP_HIGHMEM, 0, FrameKind.PAGE, address)
      },
      /** Allocates one page filled with zeroes and returns its address. Owner: the caller, until `free_page(addr)`. */
      get_zeroed_page(site: Site, gfp_mask: number): Ptr | null {
        const mask = (s.gfp(gfp_mask) | gfp.__GFP_ZERO) & ~gfp.__GFP_HIGHMEM
        return allocate(site, Op.get_zeroed_page, mask, 0, FrameKind.PAGE, address)
      },
      /**
       * Allocates a folio of 2^order pages, always compound.
       *
       * Owner: the caller, through one reference; `folio_put` of the last reference frees it.
       * @returns the folio, or null if there is no memory
       */
      folio_alloc(site: Site, gfp_mask: number, order: number): folio | null {
        return allocate(
          site,
          Op.folio_alloc,
          s.gfp(gfp_mask) | gfp.__GFP_COMP,
          orderOf(order),
          FrameKind.FOLIO,
          asFolio,
        )
      },
      /**
       * Allocates the pages that `size` bytes need and no more: the surplus of the block goes back at once.
       *
       * Owner: the caller, until `free_pages_exact(virt, size)`. Every page has its own reference; it is no compound
       * page.
       * @returns a pointer, or null if there is no memory, or for a size of 0
       */
      alloc_pages_exact(site: Site, size: number, gfp_mask: number): Ptr | null {
        return allocateExact(site, s.integer(size, 'size', 0, 2 ** 31, true), s.gfp(gfp_mask))
      },
      /**
       * Fills the empty slots among the first `nr_pages` of an array with single pages. Returns how many slots are
       * filled; fewer than asked if memory is short. (A kernel booted with page_owner=on takes one page a call: it may
       * always be fewer.) Owner: the caller, of each page.
       */
      alloc_pages_bulk_array(site: Site, gfp_mask: number, nr_pages: number, page_array: (page | null)[]): number {
        if (!Array.isArray(page_array))
          throw new TypeError('alloc_pages_bulk_array() takes a mask, a number and an array')
        return allocateBulk(site, s.gfp(gfp_mask), s.integer(nr_pages, 'nr_pages', 0, 2 ** 20, true), page_array)
      },
      /**
       * Drops one reference to a block of 2^order pages and frees it if that was the last one.
       *
       * Owner: the caller gives the block up. If somebody else still holds a reference: a compound block lives on
       * whole;
       * of a non-compound block only the first page lives on, the others are freed now.
       * @param order the order it was allocated with; another one leaks pages or frees those of others
       */
      __free_pages(site: Site, page: page, order: number): void {
        trace.begin(site)
        free(Op.__free_pages, s.pfn(page, Op.__free_pages), s.integer(order, 'order', 0, ORDERS))
      },
      /** Drops one reference to a page and frees it if that was the last one. Owner: the caller gives the page up. */
      __free_page(site: Site, page: page): void {
        trace.begin(site)
        const pfn = s.pfn(page, Op.__free_page)
        const allocation = frames.allocationOf(pfn)
        if (single.free(pfn)) s.done(Op.__free_page, allocation, pfn, 0, 0, Flag.LAST)
        else free(Op.__free_page, pfn, 0)
      },
      /** `__free_pages` by address in the linear map. Address 0 (null) does nothing. */
      free_pages(site: Site, addr: Ptr | null, order: number): void {
        freeAddress(site, Op.free_pages, addr, s.integer(order, 'order', 0, ORDERS, true))
      },
      /** `free_pages` of one page. */
      free_page(site: Site, addr: Ptr | null): void {
        freeAddress(site, Op.free_page, addr, 0)
      },
      /** Frees what `alloc_pages_exact` allocated, page by page. `size` has to be the same. */
      free_pages_exact(site: Site, virt: Ptr, size: number): void {
        trace.begin(site)
        const p = s.pointer(virt, Op.free_pages_exact)
        s.integer(size, 'size', 1, 2 ** 31)
        const phys = s.physOf(p)
        if (phys < 0) return s.done(Op.free_pages_exact, Ptr.allocation(p), NO_SUBJECT, size, 0, Flag.WILD | Flag.FAULT)
        const pfn = Math.floor(phys / s.pageSize)
        s.done(Op.free_pages_exact, Ptr.allocation(p), pfn, size, 0, pages.freeExact(pfn, size))
      },
      /**
       * Turns a non-compound block of 2^order pages into as many single pages, each with a reference of its own.
       * Owner: the caller, who from now on frees each page with `__free_page`.
       */
      split_page(site: Site, page: page, order: number): void {
        trace.begin(site)
        const pfn = s.pfn(page, Op.split_page)
        const allocation = s.occupant(pfn)
        s.done(Op.split_page, allocation, pfn >>> 0, order, 0, pages.split(pfn, s.integer(order, 'order', 0, maxOrder)))
      },
    },
    values: {
      /** Zone modifier: from ZONE_DMA. */
      __GFP_DMA: gfp.__GFP_DMA,
      /** Zone modifier: high memory is welcome. */
      __GFP_HIGHMEM: gfp.__GFP_HIGHMEM,
      /** Zone modifier: below 4 GiB. */
      __GFP_DMA32: gfp.__GFP_DMA32,
      /** The pages can be moved by the kernel. */
      __GFP_MOVABLE: gfp.__GFP_MOVABLE,
      /** The memory can be reclaimed by a shrinker. */
      __GFP_RECLAIMABLE: gfp.__GFP_RECLAIMABLE,
      /** May use part of the reserves. */
      __GFP_HIGH: gfp.__GFP_HIGH,
      /** May start I/O. */
      __GFP_IO: gfp.__GFP_IO,
      /** May call into file systems. */
      __GFP_FS: gfp.__GFP_FS,
      /** Filled with zeroes. */
      __GFP_ZERO: gfp.__GFP_ZERO,
      /** May reclaim in the calling task, so the call may sleep. */
      __GFP_DIRECT_RECLAIM: gfp.__GFP_DIRECT_RECLAIM,
      /** May wake kswapd. */
      __GFP_KSWAPD_RECLAIM: gfp.__GFP_KSWAPD_RECLAIM,
      /** Both kinds of reclaim. */
      __GFP_RECLAIM: gfp.__GFP_RECLAIM,
      /** Fails silently. */
      __GFP_NOWARN: gfp.__GFP_NOWARN,
      /** Tries hard, may fail. */
      __GFP_RETRY_MAYFAIL: gfp.__GFP_RETRY_MAYFAIL,
      /** Never fails: waits for memory as long as it takes. With it, no more than two pages at once. */
      __GFP_NOFAIL: gfp.__GFP_NOFAIL,
      /** Gives up early. */
      __GFP_NORETRY: gfp.__GFP_NORETRY,
      /** Makes a block of order 1 and more a compound page: one count for all of it. */
      __GFP_COMP: gfp.__GFP_COMP,
      /** Charged to the task's memory cgroup. */
      __GFP_ACCOUNT: gfp.__GFP_ACCOUNT,
      /** The caller will write to the page soon. */
      __GFP_WRITE: gfp.__GFP_WRITE,
      /** May use all reserves: for what frees memory. */
      __GFP_MEMALLOC: gfp.__GFP_MEMALLOC,
      /** Must not use the reserves, even in a task that may. */
      __GFP_NOMEMALLOC: gfp.__GFP_NOMEMALLOC,
      /** Keeps to the task's memory nodes. */
      __GFP_HARDWALL: gfp.__GFP_HARDWALL,
      /** From the given node only. */
      __GFP_THISNODE: gfp.__GFP_THISNODE,
      /** Zeroes memory tags too. */
      __GFP_ZEROTAGS: gfp.__GFP_ZEROTAGS,
      /** For transparent huge pages, without reclaim. */
      GFP_TRANSHUGE_LIGHT: gfp.GFP_TRANSHUGE_LIGHT,
      /** For transparent huge pages. */
      GFP_TRANSHUGE: gfp.GFP_TRANSHUGE_LIGHT | gfp.__GFP_DIRECT_RECLAIM,
      /** Ordinary kernel allocation: may sleep, may do I/O. */
      GFP_KERNEL: gfp.GFP_KERNEL,
      /** Must not sleep, may use reserves: interrupt handlers, under spinlocks. */
      GFP_ATOMIC: gfp.GFP_ATOMIC,
      /** Must not sleep, no reserves. */
      GFP_NOWAIT: gfp.GFP_NOWAIT,
      /** May sleep, no I/O. */
      GFP_NOIO: gfp.GFP_NOIO,
      /** May sleep, no file systems. */
      GFP_NOFS: gfp.GFP_NOFS,
      /** For user space, reachable by the kernel. */
      GFP_USER: gfp.GFP_USER,
      /** For user space, may be high memory. */
      GFP_HIGHUSER: gfp.GFP_HIGHUSER,
      /** For user space, may be high memory, may be moved. */
      GFP_HIGHUSER_MOVABLE: gfp.GFP_HIGHUSER_MOVABLE,
      /** GFP_KERNEL, charged to the memory cgroup. */
      GFP_KERNEL_ACCOUNT: gfp.GFP_KERNEL_ACCOUNT,
      /** From ZONE_DMA. */
      GFP_DMA: gfp.__GFP_DMA,
      /** From ZONE_DMA32. */
      GFP_DMA32: gfp.__GFP_DMA32,
      /** Largest order of one allocation: 10 (4 MiB), or 11 on arm64-16k (32 MiB). */
      MAX_PAGE_ORDER: maxOrder,
      /** Orders above this one are hard to get. */
      PAGE_ALLOC_COSTLY_ORDER: 3,
    },
  }
}
