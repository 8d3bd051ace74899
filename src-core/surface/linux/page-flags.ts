/** linux/page-flags.h: the flag tests and setters drivers use, for pages and folios. */
import { Flag, FlagAssertion, KindFlag, Op } from '../../trace/ops.ts'
import * as flags from '../../mm/page-flags.ts'
import type { folio, page } from '../handles/page.ts'
import { LockMode, type Lock } from '../../sched/locks.ts'
import { PageFlagSteps } from '../page-flag-steps.ts'
import type { RunHost } from '../run-host.ts'
import type { Site, Surface } from '../surface.ts'

export function linuxPageFlags(s: Surface, host: RunHost) {
  const { trace, kernel, locks } = s
  const { frames } = kernel

  const steps = new PageFlagSteps(s)
  const { wordOf, answer, test, change, testFolio, changeFolio } = steps
  /** Locks of pages that were ever locked, by the page whose word the flag stands in. */
  const pageLocks = new Map<number, Lock>()
  function lockOf(pfn: number): Lock {
    let lock = pageLocks.get(pfn)
    if (lock === undefined) pageLocks.set(pfn, (lock = locks.init({}, 'page lock')))
    return lock
  }
  /** `sleeps`: KindFlag.SLEEPS of a call that would have waited. */
  function setLocked(site: Site, pfn: number, on: boolean, sleeps = 0): void {
    trace.begin(site)
    const old = frames.flags[pfn]!
    frames.setFlags(pfn, (on ? old | (1 << flags.PG_locked) : old & ~(1 << flags.PG_locked)) >>> 0)
    s.done(on ? Op.page_flag_set : Op.page_flag_clear, s.occupant(pfn), pfn >>> 0, flags.PG_locked, 0, sleeps)
  }
  /** Sets PG_locked, or waits until it is clear. */
  function lock(site: Site, pfn: number): void {
    const held = lockOf(pfn)
    if (!locks.tryTake(held, LockMode.EXCLUSIVE)) {
      host.needsInterleaving()
      locks.wait(held)
      return host.blocked as unknown as void
    }
    setLocked(site, pfn, true, KindFlag.SLEEPS)
  }
  function tryLock(site: Site, pfn: number): boolean {
    if (locks.tryTake(lockOf(pfn), LockMode.EXCLUSIVE)) {
      setLocked(site, pfn, true)
      return true
    }
    trace.begin(site)
    return answer(pfn, flags.PG_locked, true) === 0
  }
  /** Clears PG_locked and wakes who waits. Any task may unlock a page: I/O ends where it ends. */
  function unlock(site: Site, pfn: number): void {
    if (kernel.info.debug && ((frames.flags[pfn]! >>> flags.PG_locked) & 1) === 0) {
      trace.begin(site)
      return steps.stop(Op.page_flag_clear, pfn, flags.PG_locked, FlagAssertion.NOT_LOCKED)
    }
    const held = lockOf(pfn)
    if (held.owner >= 0) held.owner = s.control.task
    locks.release(held, LockMode.EXCLUSIVE)
    setLocked(site, pfn, false)
  }
  /** The page whose lock a handle means; a NULL or wild handle is an oops. */
  function lockedPage(site: Site, p: page): number {
    trace.begin(site)
    const pfn = s.pfn(p, Op.page_flag_set)
    if (!frames.valid(pfn)) s.done(Op.page_flag_set, 0, pfn >>> 0, flags.PG_locked, 0, Flag.WILD | Flag.FAULT)
    s.abandon()
    return wordOf(pfn, flags.PG_locked)
  }
  function lockedFolio(site: Site, f: folio): number {
    trace.begin(site)
    const pfn = s.folioPfn(f, Op.page_flag_set)
    s.abandon()
    return pfn
  }
  /** The type is kept in the head page; a slab page that was freed as a page by mistake still has it. */
  const isSlab = (pfn: number): boolean => frames.slab[frames.headOf(pfn)] !== 0

  return {
    steps: {
      /** 1 if the page backs a slab. In v6.12 slab is a page type, kept in the head page. */
      PageSlab(site: Site, page: page): number {
        trace.begin(site)
        const pfn = s.pfn(page, Op.page_flag_test)
        return answer(pfn, 0xf5, frames.valid(pfn) && isSlab(pfn))
      },
      /** 1 if the page is the first of a free buddy block. A page on a per-cpu list is free but not PageBuddy. */
      PageBuddy(site: Site, page: page): number {
        trace.begin(site)
        const pfn = s.pfn(page, Op.page_flag_test)
        return answer(pfn, 0xf0, frames.valid(pfn) && frames.isBuddy(pfn))
      },
      /** 1 if the page is the head or a tail of a compound page. */
      PageCompound(site: Site, page: page): number {
        trace.begin(site)
        const pfn = s.pfn(page, Op.page_flag_test)
        return answer(
          pfn,
          flags.PG_head,
          frames.valid(pfn) && (frames.head[pfn] !== 0 || ((frames.flags[pfn]! >>> flags.PG_head) & 1) === 1),
        )
      },
      /** 1 if the page is the head of a compound page. */
      PageHead(site: Site, page: page): number {
        return test(site, page, flags.PG_head)
      },
      /** 1 if the page is a tail of a compound page. */
      PageTail(site: Site, page: page): number {
        trace.begin(site)
        const pfn = s.pfn(page, Op.page_flag_test)
        return answer(pfn, flags.PG_head, frames.valid(pfn) && frames.head[pfn] !== 0)
      },
      /** 1 if the page lies in high memory. */
      PageHighMem(site: Site, page: page): number {
        trace.begin(site)
        const pfn = s.pfn(page, Op.page_flag_test)
        return answer(pfn, 0, frames.valid(pfn) && kernel.highmem.isHighmem(pfn))
      },
      /** 1 if PG_reserved is set. */
      PageReserved(site: Site, page: page): number {
        return test(site, page, flags.PG_reserved)
      },
      /** Sets PG_reserved. It has to be clear again when the page is freed. */
      SetPageReserved(site: Site, page: page): void {
        change(site, page, flags.PG_reserved, true)
      },
      /** Clears PG_reserved. */
      ClearPageReserved(site: Site, page: page): void {
        change(site, page, flags.PG_reserved, false)
      },
      /** 1 if PG_locked is set. */
      PageLocked(site: Site, page: page): number {
        return test(site, page, flags.PG_locked)
      },
      /** Sets PG_locked. It has to be clear again when the page is freed. */
      SetPageLocked(site: Site, page: page): void {
        change(site, page, flags.PG_locked, true)
      },
      /** Clears PG_locked. */
      ClearPageLocked(site: Site, page: page): void {
        change(site, page, flags.PG_locked, false)
      },
      /** 1 if PG_dirty is set. */
      PageDirty(site: Site, page: page): number {
        return test(site, page, flags.PG_dirty)
      },
      /** Sets PG_dirty. */
      SetPageDirty(site: Site, page: page): void {
        change(site, page, flags.PG_dirty, true)
      },
      /** Clears PG_dirty. */
      ClearPageDirty(site: Site, page: page): void {
        change(site, page, flags.PG_dirty, false)
      },
      /** 1 if PG_uptodate is set. */
      PageUptodate(site: Site, page: page): number {
        return test(site, page, flags.PG_uptodate)
      },
      /** Sets PG_uptodate. */
      SetPageUptodate(site: Site, page: page): void {
        change(site, page, flags.PG_uptodate, true)
      },
      /** Clears PG_uptodate. */
      ClearPageUptodate(site: Site, page: page): void {
        change(site, page, flags.PG_uptodate, false)
      },
      /** 1 if PG_private is set. */
      PagePrivate(site: Site, page: page): number {
        return test(site, page, flags.PG_private)
      },
      /** Sets PG_private. It has to be clear again when the page is freed. */
      SetPagePrivate(site: Site, page: page): void {
        change(site, page, flags.PG_private, true)
      },
      /** Clears PG_private. */
      ClearPagePrivate(site: Site, page: page): void {
        change(site, page, flags.PG_private, false)
      },
      /** True if PG_locked is set on the folio. */
      folio_test_locked(site: Site, folio: folio): boolean {
        return testFolio(site, folio, flags.PG_locked)
      },
      /** True if PG_dirty is set on the folio. */
      folio_test_dirty(site: Site, folio: folio): boolean {
        return testFolio(site, folio, flags.PG_dirty)
      },
      /** True if PG_referenced is set on the folio: it was accessed, by user space or GUP. */
      folio_test_referenced(site: Site, folio: folio): boolean {
        return testFolio(site, folio, flags.PG_referenced)
      },
      /** Sets PG_referenced of the folio. */
      folio_set_referenced(site: Site, folio: folio): void {
        changeFolio(site, folio, flags.PG_referenced, true)
      },
      /** Clears PG_referenced of the folio. */
      folio_clear_referenced(site: Site, folio: folio): void {
        changeFolio(site, folio, flags.PG_referenced, false)
      },
      /** True if PG_uptodate is set on the folio. */
      folio_test_uptodate(site: Site, folio: folio): boolean {
        return testFolio(site, folio, flags.PG_uptodate)
      },
      /** True if the folio has more than one page. */
      folio_test_large(site: Site, folio: folio): boolean {
        return testFolio(site, folio, flags.PG_head)
      },
      /** True if the folio backs a slab. */
      folio_test_slab(site: Site, folio: folio): boolean {
        trace.begin(site)
        const pfn = s.folioPfn(folio, Op.page_flag_test)
        return answer(pfn, 0xf5, isSlab(pfn)) === 1
      },
      /** Sets PG_locked if it is clear. Returns true if it did. Never sleeps. */
      trylock_page(site: Site, page: page): boolean {
        return tryLock(site, lockedPage(site, page))
      },
      /** Clears PG_locked and wakes who waits for it. */
      unlock_page(site: Site, page: page): void {
        unlock(site, lockedPage(site, page))
      },
      /** Sets PG_locked of the folio if it is clear. Returns true if it did. Never sleeps. */
      folio_trylock(site: Site, folio: folio): boolean {
        return tryLock(site, lockedFolio(site, folio))
      },
      /** Clears PG_locked of the folio and wakes who waits for it. */
      folio_unlock(site: Site, folio: folio): void {
        unlock(site, lockedFolio(site, folio))
      },
    },
    suspending: {
      /** Sets PG_locked, sleeping while somebody else has it set. Takes no reference: the caller has to hold one. */
      lock_page(site: Site, page: page): void {
        return lock(site, lockedPage(site, page))
      },
      /** Sets PG_locked of the folio, sleeping while somebody else has it set. Takes no reference. */
      folio_lock(site: Site, folio: folio): void {
        return lock(site, lockedFolio(site, folio))
      },
    },
  }
}
