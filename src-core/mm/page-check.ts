/**
 * The checks of a kernel with DEBUG_VM on pages that are freed or handed out.
 *
 * Kernel: mm/page_alloc.c, page_bad_reason(), free_page_is_bad(), check_new_pages(). Of several true conditions the
 * last one is the reason that is printed.
 * Simplified: of a compound page's tail fields only the pins are checked.
 */
import type { Frames } from '../machine/frames.ts'
import type { KernelReports } from './kernel-report.ts'
import { CHECK_AT_FREE, CHECK_AT_PREP } from './page-flags.ts'

export class PageCheck {
  constructor(
    private readonly frames: Frames,
    private readonly reports: KernelReports,
  ) {}

  /** True if nothing is wrong with a page that is free or about to be. The common case, without any text. */
  private clean(pfn: number, mask: number): boolean {
    const { frames } = this
    const counts = frames.mapcount[pfn] | frames.refcount[pfn] | frames.slab[pfn]
    return (counts | (frames.flags[pfn] & mask)) === 0 && !frames.hasMapping(pfn)
  }

  /** Reports a page that may not be freed as it is; true = it is bad. */
  badAtFree(pfn: number): boolean {
    if (this.clean(pfn, CHECK_AT_FREE)) return false
    this.report(pfn, CHECK_AT_FREE, 'PAGE_FLAGS_CHECK_AT_FREE flag(s) set')
    return true
  }

  /** Reports a large folio that is freed while pins are left (free_tail_page_prepare() of its first tail). */
  pinnedAtFree(pfn: number): boolean {
    if (this.frames.pincount[pfn] === 0) return false
    this.reports.badPage(pfn + 1, 0, 0, 'nonzero pincount')
    return true
  }

  /** Reports the first page of a block that may not be handed out; true = the block is bad. */
  badAtAlloc(pfn: number, order: number): boolean {
    for (let i = pfn; i < pfn + (1 << order); i++) {
      if (this.clean(i, CHECK_AT_PREP)) continue
      this.report(i, CHECK_AT_PREP, 'PAGE_FLAGS_CHECK_AT_PREP flag(s) set')
      return true
    }
    return false
  }

  private report(pfn: number, mask: number, flagReason: string): void {
    const { frames } = this
    let reason = ''
    if (frames.mapcount[pfn] !== 0 || frames.slab[pfn] !== 0) reason = 'nonzero mapcount'
    if (frames.hasMapping(pfn)) reason = 'non-NULL mapping'
    if (frames.refcount[pfn] !== 0) reason = 'nonzero _refcount'
    if ((frames.flags[pfn] & mask) !== 0) reason = flagReason
    const mapcount = frames.slab[pfn] !== 0 ? 0 : frames.mapcount[pfn]
    this.reports.badPage(pfn, frames.refcount[pfn], mapcount, reason)
  }
}
