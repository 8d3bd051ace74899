/**
 * linux/mm.h: get_user_pages and pins. Follows mm/gup.c at v6.12 (KERNEL_FACTS 7.7: what stops whom).
 * Simplified: nothing is migrated for FOLL_LONGTERM.
 */
import { Part, reads } from '../../machine/state-watch.ts'
import { Flag, NO_SUBJECT, Op } from '../../trace/ops.ts'
import type { MmStruct } from '../../mm/mm-struct.ts'
import { PG_dirty, PG_referenced } from '../../mm/page-flags.ts'
import { ZERO_PFN } from '../../mm/user-map.ts'
import { isCow, VM_IO, VM_MAYREAD, VM_PFNMAP, VM_READ, VM_WRITE, type Vma } from '../../mm/vma.ts'
import type { page } from '../handles/page.ts'
import { page as PageHandle } from '../handles/page.ts'
import type { Ptr } from '../handles/pointer.ts'
import { mm_struct } from '../handles/user-memory.ts'
import { VM_FAULT_OOM } from '../page-faults.ts'
import { addressOf, countOf, describe, wholeOf } from '../arguments.ts'
import type { Site, Surface } from '../surface.ts'

const FOLL_WRITE = 0x1
const FOLL_FORCE = 0x8
const FOLL_NOFAULT = 0x20
const FOLL_ANON = 0x80
const FOLL_LONGTERM = 0x100
const FOLL_GET = 0x2
const FOLL_PCI_P2PDMA = 0x400
/** Flags that callers may give: all below those that are internal. */
const EXTERNAL_FLAGS = 0xffff
const FAST_FLAGS = FOLL_WRITE | FOLL_GET | FOLL_LONGTERM | FOLL_FORCE | FOLL_NOFAULT | FOLL_PCI_P2PDMA | 0x1000
const ENOMEM = -12
const EFAULT = -14
const EEXIST = -17
const EINVAL = -22

export function linuxGup(s: Surface) {
  const { trace, users, kernel, handles } = s
  const { map } = users

  /** check_vma_flags(): 0, or why the area stops slow GUP. */
  function checkArea(vma: Vma, flags: number): number {
    if ((vma.flags & (VM_IO | VM_PFNMAP)) !== 0) return EFAULT
    const force = (flags & FOLL_FORCE) !== 0
    if ((flags & FOLL_ANON) !== 0 && (vma.file !== null || vma.shmem !== null)) return EFAULT
    if ((flags & FOLL_WRITE) !== 0) return (vma.flags & VM_WRITE) !== 0 || (force && isCow(vma)) ? 0 : EFAULT
    return (vma.flags & VM_READ) !== 0 || (force && (vma.flags & VM_MAYREAD) !== 0) ? 0 : EFAULT
  }

  /** gup_must_unshare(): a pin that reads has to have the page for itself, or what it sees would not change with it. */
  function mustUnshare(vma: Vma, pfn: number, flags: number): boolean {
    if (map.isAnonymous(pfn)) return !map.isExclusive(pfn)
    return (flags & FOLL_LONGTERM) !== 0 && isCow(vma)
  }

  /**
   * Frame that slow GUP finds behind an address, or a negative errno. `listed`: the caller wants the pages; `touches`:
   * it marks what it finds.
   */
  function slow(
    site: Site,
    mm: MmStruct,
    address: number,
    flags: number,
    pin: boolean,
    listed: boolean,
    touches: boolean,
  ): number {
    const vma = mm.lookup(address)
    const refused = vma === null ? EFAULT : checkArea(vma, flags)
    if (vma === null || refused !== 0) return refused
    const write = (flags & FOLL_WRITE) !== 0
    for (;;) {
      const present = mm.table.get(address)
      if ((flags & FOLL_NOFAULT) !== 0 && (present === null || (write && !present.write))) return EFAULT
      const pfn = users.reach(site, mm, address, write, (flags & FOLL_FORCE) !== 0)
      if (pfn < 0) return ((-1 - pfn) & VM_FAULT_OOM) !== 0 ? ENOMEM : EFAULT
      const pte = mm.table.get(address)!
      if (pte.special && pfn !== ZERO_PFN) {
        // follow_pfn_pte(): FOLL_TOUCH marks the entry, since there is no page to mark.
        if (touches) mm.table.makeYoung(address)
        if (touches && write) mm.table.makeDirty(address)
        return listed ? EEXIST : pfn
      }
      if (!pin || pte.write || write || !mustUnshare(vma, pfn, flags)) return pfn
      if (users.faults.unshare(site, mm, address) !== 0) return ENOMEM
    }
  }

  /** Frame that GUP-fast takes without looking at the area; -1 = it leaves the page to slow GUP. */
  function fast(mm: MmStruct, address: number, flags: number, pin: boolean): number {
    const write = (flags & FOLL_WRITE) !== 0
    const pte = mm.table.get(address)
    if (pte === null || pte.special || pte.none === true || (write && !pte.write)) return -1
    // gup_fast_folio_allowed(): a lasting pin for writing is for anonymous and shared anonymous memory only.
    const lasting = pin && write && (flags & FOLL_LONGTERM) !== 0
    if (lasting && !map.isAnonymous(pte.pfn) && !map.isShmem(pte.pfn)) return -1
    if (pin && !pte.write && map.isAnonymous(pte.pfn) && !map.isExclusive(pte.pfn)) return -1
    reads(Part.PAGE, null, kernel.frames.headOf(pte.pfn), kernel.frames.headOf(pte.pfn) + 1)
    return kernel.refs.count(pte.pfn) > 0 ? pte.pfn : -1
  }

  /** is_valid_gup_args(): false, with a warning, if the callers have to refuse. */
  function areValid(site: Site, pin: boolean, isFast: boolean, flags: number, pages: unknown): boolean {
    const lasting = (flags & FOLL_LONGTERM) !== 0
    const listed = pages !== null && pages !== undefined
    const gets = (flags & FOLL_GET) !== 0
    const wrong = (line: number, means: string, advice: string): boolean => {
      s.warnOnce(site, `mm/gup.c:${line} is_valid_gup_args`, means, advice)
      return false
    }
    if ((flags & ~EXTERNAL_FLAGS) !== 0)
      return wrong(2607, 'is given flags that are for the inside of mm only', 'give FOLL_WRITE and its like only')
    if (gets && pin)
      return wrong(2620, 'is asked for pins and for references', 'leave FOLL_GET out: pins are given back otherwise')
    if (lasting && !pin)
      return wrong(
        2625,
        'is given FOLL_LONGTERM, which is for pins only',
        'use pin_user_pages() or pin_user_pages_fast()',
      )
    if (!listed && (gets || pin || isFast))
      return wrong(2629, 'takes pages and is given no array for them', 'give an array that the pages are put into')
    if (lasting && (flags & FOLL_PCI_P2PDMA) !== 0)
      return wrong(2633, 'would pin peer-to-peer memory for long', 'leave FOLL_PCI_P2PDMA or FOLL_LONGTERM out')
    if (!isFast || (flags & ~FAST_FLAGS) === 0) return true
    s.warnOnce(site, 'mm/gup.c:3445 gup_fast_fallback', 'is given flags that GUP-fast does not know', 'use slow GUP')
    return false
  }

  function take(
    site: Site,
    kind: number,
    start: bigint | number | Ptr,
    nr: number,
    flags: number,
    pages: (page | null)[] | null,
    other: MmStruct | null = null,
  ): number {
    const pin = kind === Op.pin_user_pages || kind === Op.pin_user_pages_fast
    const isFast = kind === Op.get_user_pages_fast || kind === Op.pin_user_pages_fast
    const listed = pages !== null && pages !== undefined
    const mm = other ?? users.current?.mm ?? null
    const first = addressOf(start, 'start')
    countOf(nr, 'nr')
    wholeOf(flags, 'flags')
    if (listed && !Array.isArray(pages)) throw new TypeError(`pages has to be an array, not ${describe(pages)}`)
    let taken = 0
    let found = isFast
    const valid = areValid(site, pin, isFast, flags, pages)
    // pin_user_pages() and its like take no page then, and say that they took none.
    let errno = valid || (pin && !isFast) ? 0 : EINVAL
    // FOLL_TOUCH: of the slow functions pin_user_pages() alone does without.
    const touches = kind !== Op.pin_user_pages || other !== null
    if (valid && mm === null) errno = EFAULT
    // GUP-fast wants the whole range in user space, whatever its first pages are.
    else if (valid && isFast && mm !== null && !mm.reaches(0, first - (first % s.pageSize) + nr * s.pageSize))
      errno = EFAULT
    while (valid && errno === 0 && mm !== null && taken < nr) {
      const address = first - (first % s.pageSize) + taken * s.pageSize
      let pfn = found ? fast(mm, address, flags, pin) : -1
      // The first page that GUP-fast leaves, and all behind it, are for slow GUP.
      found &&= pfn >= 0
      if (!found) pfn = slow(site, mm, address, flags, pin, listed, touches)
      trace.begin(site)
      // Without a list the pages are made present, and that is all.
      if (pfn >= 0 && listed && !map.grab(pfn, pin)) pfn = ENOMEM
      if (pfn >= 0 && found) map.setFlag(pfn, PG_referenced)
      else if (pfn >= 0 && touches && mm.table.get(address)?.special !== true)
        map.touch(mm, address, pfn, (flags & FOLL_WRITE) !== 0)
      if (pfn < 0 || !listed) {
        s.abandon()
        if (pfn < 0) errno = pfn
        else taken++
        continue
      }
      pages[taken] = handles.page(pfn)
      s.done(kind, map.occupant(pfn), pfn, kernel.frames.headOf(pfn), flags, 0)
      taken++
    }
    if (taken > 0 || (nr === 0 && errno === 0 && valid)) return taken
    trace.begin(site)
    s.done(kind, 0, NO_SUBJECT, 0, errno, Flag.FAILED)
    return errno
  }

  function remote(handle: mm_struct, kind: number): MmStruct {
    if (!mm_struct.is(handle)) throw s.wrongType(kind, 'an mm_struct first')
    return mm_struct.behind(handle)
  }

  function unpin(site: Site, kind: number, handle: page, makeDirty = false): void {
    trace.begin(site)
    const pfn = s.pfn(handle, kind)
    if (!kernel.frames.valid(pfn)) return s.done(kind, 0, pfn >>> 0, pfn, 0, Flag.WILD | Flag.FAULT)
    const allocation = s.occupant(kernel.frames.headOf(pfn))
    if (makeDirty) map.setFlag(pfn, PG_dirty)
    const result = map.unpin(pfn)
    s.done(kind, allocation, pfn, kernel.frames.headOf(pfn), 0, result)
  }

  function isClean(handle: page): boolean {
    const pfn = PageHandle.is(handle) ? PageHandle.pfn(handle) : -1
    const { frames } = kernel
    return frames.valid(pfn) && (frames.flags[frames.headOf(pfn)]! & (1 << PG_dirty)) === 0
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
      /**
       * `get_user_pages` for DMA: pins, to be given back with `unpin_user_page`. Marks no page accessed or dirty; 0 if
       * the flags are refused.
       */
      pin_user_pages(site: Site, start: bigint | number | Ptr, nr: number, flags: number, pages: page[]): number {
        return take(site, Op.pin_user_pages, start, nr, flags, pages)
      },
      /** `get_user_pages_fast` for DMA: pins, to be given back with `unpin_user_page`. */
      pin_user_pages_fast(site: Site, start: bigint | number | Ptr, nr: number, flags: number, pages: page[]): number {
        return take(site, Op.pin_user_pages_fast, start, nr, flags, pages)
      },
      /** `get_user_pages` of another address space, whose mmap_lock is held and whose user one is. */
      get_user_pages_remote(
        site: Site,
        mm: mm_struct,
        start: bigint | number | Ptr,
        nr: number,
        flags: number,
        pages: page[],
        locked?: null,
      ): number {
        void locked
        return take(site, Op.get_user_pages, start, nr, flags, pages, remote(mm, Op.get_user_pages))
      },
      /** `pin_user_pages` of another address space. */
      pin_user_pages_remote(
        site: Site,
        mm: mm_struct,
        start: bigint | number | Ptr,
        nr: number,
        flags: number,
        pages: page[],
        locked?: null,
      ): number {
        void locked
        return take(site, Op.pin_user_pages, start, nr, flags, pages, remote(mm, Op.pin_user_pages))
      },
      /** Gives back a pin of `pin_user_pages` (never a reference of `get_user_pages`). */
      unpin_user_page(site: Site, page: page): void {
        unpin(site, Op.unpin_user_page, page)
      },
      /** Gives back the pins of an array. */
      unpin_user_pages(site: Site, pages: readonly page[], n: number): void {
        const count = s.integer(n, 'n', 0, 2 ** 32 - 1, true)
        for (let i = 0; i < count; i++) unpin(site, Op.unpin_user_pages, (pages as readonly page[] | null)?.[i] as page)
      },
      /**
       * `unpin_user_pages` of pages that a device wrote, if `make_dirty`: each is dirty before its pin is given back.
       * Takes the lock of each that is not dirty yet, so it may sleep then.
       */
      unpin_user_pages_dirty_lock(site: Site, pages: readonly page[], n: number, make_dirty: boolean): void {
        const count = s.integer(n, 'n', 0, 2 ** 32 - 1, true)
        for (let i = 0; i < count; i++) {
          const each = (pages as readonly page[] | null)?.[i] as page
          if (make_dirty && isClean(each)) {
            // folio_lock()
            trace.begin(site)
            s.done(Op.might_sleep, 0, NO_SUBJECT, 0, 0, 0)
          }
          unpin(site, Op.unpin_user_pages, each, make_dirty)
        }
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
      /** The protection of the area does not stop it, as a debugger wants: private memory gets a copy. */
      FOLL_FORCE,
      /** References of the pages are taken: get_user_pages() sets it itself when there is an array for them. */
      FOLL_GET,
      /** For core dumps: holes are an error. */
      FOLL_DUMP: 0x4,
      /** Does not wait for I/O. */
      FOLL_NOWAIT: 0x10,
      /** Pages with broken memory are told apart. */
      FOLL_HWPOISON: 0x40,
      /** Splits huge entries first. */
      FOLL_SPLIT_PMD: 0x200,
      /** Peer-to-peer device memory is welcome. */
      FOLL_PCI_P2PDMA,
      /** Signals end it. */
      FOLL_INTERRUPTIBLE: 0x800,
      /** NUMA hinting faults are taken. */
      FOLL_HONOR_NUMA_FAULT: 0x1000,
      /** Only what is present. */
      FOLL_NOFAULT,
      /** Only anonymous memory. */
      FOLL_ANON,
      /** The pins last: DMA by a device, RDMA. */
      FOLL_LONGTERM,
    },
  }
}
