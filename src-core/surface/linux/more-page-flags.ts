/** linux/page-flags.h: the other flags, as include/linux/page-flags.h declares them for pages and for folios. */
import { FrameKind } from '../../trace/fields.ts'
import * as flags from '../../mm/page-flags.ts'
import type { folio, page } from '../handles/page.ts'
import { PageFlagSteps } from '../page-flag-steps.ts'
import type { Site, Surface } from '../surface.ts'

export function linuxMorePageFlags(s: Surface) {
  const steps = new PageFlagSteps(s)
  const { kernel } = s

  return {
    steps: {
      /** 1 if PG_lru is set: the page is on an LRU list. */
      PageLRU(site: Site, page: page): number {
        return steps.test(site, page, flags.PG_lru)
      },
      /** Sets PG_lru. */
      SetPageLRU(site: Site, page: page): void {
        steps.change(site, page, flags.PG_lru, true)
      },
      /** Clears PG_lru. */
      ClearPageLRU(site: Site, page: page): void {
        steps.change(site, page, flags.PG_lru, false)
      },
      /** 1 if PG_active is set: the page is active. */
      PageActive(site: Site, page: page): number {
        return steps.test(site, page, flags.PG_active)
      },
      /** Sets PG_active. */
      SetPageActive(site: Site, page: page): void {
        steps.change(site, page, flags.PG_active, true)
      },
      /** Clears PG_active. */
      ClearPageActive(site: Site, page: page): void {
        steps.change(site, page, flags.PG_active, false)
      },
      /** 1 if PG_referenced is set: the page was accessed. */
      PageReferenced(site: Site, page: page): number {
        return steps.test(site, page, flags.PG_referenced)
      },
      /** Sets PG_referenced. */
      SetPageReferenced(site: Site, page: page): void {
        steps.change(site, page, flags.PG_referenced, true)
      },
      /** Clears PG_referenced. */
      ClearPageReferenced(site: Site, page: page): void {
        steps.change(site, page, flags.PG_referenced, false)
      },
      /** 1 if PG_workingset is set: the page is part of the working set. */
      PageWorkingset(site: Site, page: page): number {
        return steps.test(site, page, flags.PG_workingset)
      },
      /** Sets PG_workingset. */
      SetPageWorkingset(site: Site, page: page): void {
        steps.change(site, page, flags.PG_workingset, true)
      },
      /** Clears PG_workingset. */
      ClearPageWorkingset(site: Site, page: page): void {
        steps.change(site, page, flags.PG_workingset, false)
      },
      /** 1 if PG_owner_priv_1 is set: its file system marked it. */
      PageChecked(site: Site, page: page): number {
        return steps.test(site, page, flags.PG_owner_priv_1)
      },
      /** Sets PG_owner_priv_1. */
      SetPageChecked(site: Site, page: page): void {
        steps.change(site, page, flags.PG_owner_priv_1, true)
      },
      /** Clears PG_owner_priv_1. */
      ClearPageChecked(site: Site, page: page): void {
        steps.change(site, page, flags.PG_owner_priv_1, false)
      },
      /** 1 if PG_owner_2 is set: it has blocks on disk. */
      PageMappedToDisk(site: Site, page: page): number {
        return steps.test(site, page, flags.PG_owner_2)
      },
      /** Sets PG_owner_2. */
      SetPageMappedToDisk(site: Site, page: page): void {
        steps.change(site, page, flags.PG_owner_2, true)
      },
      /** Clears PG_owner_2. */
      ClearPageMappedToDisk(site: Site, page: page): void {
        steps.change(site, page, flags.PG_owner_2, false)
      },
      /** 1 if PG_reclaim is set: it is to be reclaimed. */
      PageReclaim(site: Site, page: page): number {
        return steps.test(site, page, flags.PG_reclaim)
      },
      /** Sets PG_reclaim. */
      SetPageReclaim(site: Site, page: page): void {
        steps.change(site, page, flags.PG_reclaim, true)
      },
      /** Clears PG_reclaim. */
      ClearPageReclaim(site: Site, page: page): void {
        steps.change(site, page, flags.PG_reclaim, false)
      },
      /** 1 if PG_hwpoison is set: its memory is broken. */
      PageHWPoison(site: Site, page: page): number {
        return steps.test(site, page, flags.PG_hwpoison)
      },
      /** Sets PG_hwpoison. */
      SetPageHWPoison(site: Site, page: page): void {
        steps.change(site, page, flags.PG_hwpoison, true)
      },
      /** Clears PG_hwpoison. */
      ClearPageHWPoison(site: Site, page: page): void {
        steps.change(site, page, flags.PG_hwpoison, false)
      },
      /** 1 if PG_writeback is set: the page is being written to its file. */
      PageWriteback(site: Site, page: page): number {
        return steps.test(site, page, flags.PG_writeback)
      },
      /** 1 if the page belongs to anonymous memory: bit 0 of its head's `mapping`. */
      PageAnon(site: Site, page: page): number {
        return steps.ask(site, page, 0, (pfn) => s.users.map.isAnonymous(pfn))
      },
      /** 1 if the page holds a page table (page type 0xf2). */
      PageTable(site: Site, page: page): number {
        return steps.ask(site, page, 0xf2, (pfn) => kernel.frames.kindOf(pfn) === FrameKind.TABLE)
      },
      /** True if PG_lru is set on the folio. */
      folio_test_lru(site: Site, folio: folio): boolean {
        return steps.testFolio(site, folio, flags.PG_lru)
      },
      /** Sets PG_lru of the folio. */
      folio_set_lru(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_lru, true)
      },
      /** Clears PG_lru of the folio. */
      folio_clear_lru(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_lru, false)
      },
      /** True if PG_active is set on the folio. */
      folio_test_active(site: Site, folio: folio): boolean {
        return steps.testFolio(site, folio, flags.PG_active)
      },
      /** Sets PG_active of the folio. */
      folio_set_active(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_active, true)
      },
      /** Clears PG_active of the folio. */
      folio_clear_active(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_active, false)
      },
      /** True if PG_workingset is set on the folio. */
      folio_test_workingset(site: Site, folio: folio): boolean {
        return steps.testFolio(site, folio, flags.PG_workingset)
      },
      /** Sets PG_workingset of the folio. */
      folio_set_workingset(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_workingset, true)
      },
      /** Clears PG_workingset of the folio. */
      folio_clear_workingset(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_workingset, false)
      },
      /** True if PG_owner_priv_1 is set on the folio. */
      folio_test_checked(site: Site, folio: folio): boolean {
        return steps.testFolio(site, folio, flags.PG_owner_priv_1)
      },
      /** Sets PG_owner_priv_1 of the folio. */
      folio_set_checked(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_owner_priv_1, true)
      },
      /** Clears PG_owner_priv_1 of the folio. */
      folio_clear_checked(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_owner_priv_1, false)
      },
      /** True if PG_reserved is set on the folio. */
      folio_test_reserved(site: Site, folio: folio): boolean {
        return steps.testFolio(site, folio, flags.PG_reserved)
      },
      /** Sets PG_reserved of the folio. */
      folio_set_reserved(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_reserved, true)
      },
      /** Clears PG_reserved of the folio. */
      folio_clear_reserved(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_reserved, false)
      },
      /** True if PG_swapbacked is set on the folio. */
      folio_test_swapbacked(site: Site, folio: folio): boolean {
        return steps.testFolio(site, folio, flags.PG_swapbacked)
      },
      /** Sets PG_swapbacked of the folio. */
      folio_set_swapbacked(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_swapbacked, true)
      },
      /** Clears PG_swapbacked of the folio. */
      folio_clear_swapbacked(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_swapbacked, false)
      },
      /** True if PG_private is set on the folio. */
      folio_test_private(site: Site, folio: folio): boolean {
        return steps.testFolio(site, folio, flags.PG_private)
      },
      /** Sets PG_private of the folio. */
      folio_set_private(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_private, true)
      },
      /** Clears PG_private of the folio. */
      folio_clear_private(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_private, false)
      },
      /** True if PG_private_2 is set on the folio. */
      folio_test_private_2(site: Site, folio: folio): boolean {
        return steps.testFolio(site, folio, flags.PG_private_2)
      },
      /** Sets PG_private_2 of the folio. */
      folio_set_private_2(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_private_2, true)
      },
      /** Clears PG_private_2 of the folio. */
      folio_clear_private_2(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_private_2, false)
      },
      /** True if PG_owner_2 is set on the folio. */
      folio_test_owner_2(site: Site, folio: folio): boolean {
        return steps.testFolio(site, folio, flags.PG_owner_2)
      },
      /** Sets PG_owner_2 of the folio. */
      folio_set_owner_2(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_owner_2, true)
      },
      /** Clears PG_owner_2 of the folio. */
      folio_clear_owner_2(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_owner_2, false)
      },
      /** True if PG_owner_2 is set on the folio. */
      folio_test_mappedtodisk(site: Site, folio: folio): boolean {
        return steps.testFolio(site, folio, flags.PG_owner_2)
      },
      /** Sets PG_owner_2 of the folio. */
      folio_set_mappedtodisk(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_owner_2, true)
      },
      /** Clears PG_owner_2 of the folio. */
      folio_clear_mappedtodisk(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_owner_2, false)
      },
      /** True if PG_reclaim is set on the folio. */
      folio_test_reclaim(site: Site, folio: folio): boolean {
        return steps.testFolio(site, folio, flags.PG_reclaim)
      },
      /** Sets PG_reclaim of the folio. */
      folio_set_reclaim(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_reclaim, true)
      },
      /** Clears PG_reclaim of the folio. */
      folio_clear_reclaim(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_reclaim, false)
      },
      /** True if PG_reclaim is set on the folio. */
      folio_test_readahead(site: Site, folio: folio): boolean {
        return steps.testFolio(site, folio, flags.PG_reclaim)
      },
      /** Sets PG_reclaim of the folio. */
      folio_set_readahead(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_reclaim, true)
      },
      /** Clears PG_reclaim of the folio. */
      folio_clear_readahead(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_reclaim, false)
      },
      /** True if PG_unevictable is set on the folio. */
      folio_test_unevictable(site: Site, folio: folio): boolean {
        return steps.testFolio(site, folio, flags.PG_unevictable)
      },
      /** Sets PG_unevictable of the folio. */
      folio_set_unevictable(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_unevictable, true)
      },
      /** Clears PG_unevictable of the folio. */
      folio_clear_unevictable(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_unevictable, false)
      },
      /** True if PG_mlocked is set on the folio. */
      folio_test_mlocked(site: Site, folio: folio): boolean {
        return steps.testFolio(site, folio, flags.PG_mlocked)
      },
      /** Sets PG_mlocked of the folio. */
      folio_set_mlocked(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_mlocked, true)
      },
      /** Clears PG_mlocked of the folio. */
      folio_clear_mlocked(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_mlocked, false)
      },
      /** True if PG_hwpoison is set on the folio. */
      folio_test_hwpoison(site: Site, folio: folio): boolean {
        return steps.testFolio(site, folio, flags.PG_hwpoison)
      },
      /** Sets PG_hwpoison of the folio. */
      folio_set_hwpoison(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_hwpoison, true)
      },
      /** Clears PG_hwpoison of the folio. */
      folio_clear_hwpoison(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_hwpoison, false)
      },
      /** True if PG_waiters is set on the folio. */
      folio_test_waiters(site: Site, folio: folio): boolean {
        return steps.testFolio(site, folio, flags.PG_waiters)
      },
      /** Sets PG_waiters of the folio. */
      folio_set_waiters(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_waiters, true)
      },
      /** Clears PG_waiters of the folio. */
      folio_clear_waiters(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_waiters, false)
      },
      /** True if PG_writeback is set on the folio. */
      folio_test_writeback(site: Site, folio: folio): boolean {
        return steps.testFolio(site, folio, flags.PG_writeback)
      },
      /** Sets PG_dirty of the folio. */
      folio_set_dirty(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_dirty, true)
      },
      /** Clears PG_dirty of the folio. */
      folio_clear_dirty(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_dirty, false)
      },
      /** Sets PG_uptodate of the folio: what it holds is valid. */
      folio_mark_uptodate(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_uptodate, true)
      },
      /** Clears PG_uptodate of the folio. */
      folio_clear_uptodate(site: Site, folio: folio): void {
        steps.changeFolio(site, folio, flags.PG_uptodate, false)
      },
      /** True if the folio is anonymous memory. */
      folio_test_anon(site: Site, folio: folio): boolean {
        return steps.askFolio(site, folio, 0, (pfn) => s.users.map.isAnonymous(pfn))
      },
    },
  }
}
