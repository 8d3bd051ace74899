/**
 * Page references: get_page(), put_page() and their relatives, on the head of the page given.
 *
 * Kernel: include/linux/mm.h get_page(), try_get_page(), put_page(), include/linux/page_ref.h, mm/swap.c __folio_put().
 * What a count means for a kind of page comes from the era's table.
 */
import { RefMode } from '../eras/era.ts'
import type { Frames } from '../machine/frames.ts'
import { Field, FrameKind } from '../trace/fields.ts'
import { Flag } from '../trace/ops.ts'
import type { TraceWriter } from '../trace/writer.ts'
import type { KernelReports } from './kernel-report.ts'
import type { LruLists } from './lru.ts'
import type { PageAllocator } from './page-alloc.ts'
import { PG_lru } from './page-flags.ts'

export class PageRef {
  /** get_page() on a page without a count warns once. */
  private warned = false

  constructor(
    private readonly modes: Uint8Array,
    private readonly frames: Frames,
    private readonly pages: PageAllocator,
    private readonly trace: TraceWriter,
    private readonly reports: KernelReports,
    private readonly debug: boolean,
    private readonly lists: LruLists,
  ) {}

  /** get_page(). DECLINED (with WARNED the first time) when pages of this kind have no count in this era. */
  get(pfn: number): number {
    const { frames } = this
    const head = frames.head[pfn]
    const at = head === 0 ? pfn : head - 1
    if (this.modes[frames.use[at] >>> 28] !== RefMode.COUNTED) return this.declineGet()
    const count = frames.refcount[at]
    if (this.debug && count <= 0 && count >= -127) {
      this.reports.vmBug(
        'VM_BUG_ON_FOLIO(((unsigned int) folio_ref_count(folio) + 127u <= 127u))',
        'include/linux/mm.h:1444',
      )
      return Flag.FAULT
    }
    frames.refcount[at] = count + 1
    this.trace.delta(Field.REFCOUNT, at, count, count + 1)
    return 0
  }

  private declineGet(): number {
    if (this.warned) return Flag.DECLINED
    this.warned = true
    this.reports.add('warn', `WARNING: include/linux/mm.h at get_page, CPU#0: ${this.reports.comm}/1`)
    return Flag.DECLINED | Flag.WARNED
  }

  /**
   * put_page(): drops a count of the head; the last one frees the whole compound page, or this single page.
   * Flag.LAST: memory went back.
   */
  put(pfn: number): number {
    if (this.debug && this.count(pfn) === 0 && this.counted(this.frames.headOf(pfn))) {
      this.reports.vmBug('VM_BUG_ON_PAGE(page_ref_count(page) == 0)', 'include/linux/mm.h:1140')
      return Flag.FAULT
    }
    return this.putBatched(pfn)
  }

  /** `put` as folios_put_refs() does it for entries that were cleared: nothing looks at the count before. */
  putBatched(pfn: number): number {
    const { frames } = this
    const head = frames.head[pfn]
    const at = head === 0 ? pfn : head - 1
    if (this.modes[frames.use[at] >>> 28] !== RefMode.COUNTED) return Flag.DECLINED
    const count = frames.refcount[at]
    frames.refcount[at] = count - 1
    this.trace.delta(Field.REFCOUNT, at, count, count - 1)
    if (count !== 1) return 0
    if ((frames.flags[at] & (1 << PG_lru)) !== 0) this.lists.leave(at)
    return this.pages.freeUnref(at, frames.compoundOrder(at))
  }

  /** try_get_page(): FAILED (and WARNED) when the count is not positive. */
  tryGet(pfn: number): number {
    const at = this.frames.headOf(pfn)
    if (this.modes[this.frames.use[at] >>> 28] !== RefMode.COUNTED) return this.declineGet() | Flag.FAILED
    if (this.frames.refcount[at] > 0) return this.add(at, 1)
    this.reports.add('warn', 'WARNING: CPU: 0 PID: 1 at include/linux/mm.h try_get_page')
    return Flag.FAILED | Flag.WARNED
  }

  /**
   * get_page_unless_zero(), and folio_try_get() of a head: FAILED when the count is 0. It looks at the very page given,
   * as the kernel does: a tail's own count is 0.
   */
  getUnlessZero(pfn: number): number {
    if (!this.counted(pfn)) return Flag.DECLINED | Flag.FAILED
    return this.frames.refcount[pfn] === 0 ? Flag.FAILED : this.add(pfn, 1)
  }

  /** page_ref_inc(): the count of this very page. */
  refInc(pfn: number): number {
    return this.counted(pfn) ? this.add(pfn, 1) : Flag.DECLINED
  }

  /** page_ref_dec(): the count of this very page; frees nothing, even at 0. */
  refDec(pfn: number): number {
    return this.counted(pfn) ? this.add(pfn, -1) : Flag.DECLINED
  }

  /** set_page_count(). */
  setCount(pfn: number, value: number): number {
    if (!this.counted(pfn)) return Flag.DECLINED
    this.frames.setRefcount(pfn, value)
    return 0
  }

  /** True for a page whose kind has no count at all in this era: driver and vmalloc pages under memdesc. */
  hasNone(pfn: number): boolean {
    return this.modes[this.frames.use[this.frames.headOf(pfn)]! >>> 28] === RefMode.NONE
  }

  private counted(pfn: number): boolean {
    return this.modes[this.frames.use[pfn] >>> 28] === RefMode.COUNTED
  }

  private add(pfn: number, n: number): number {
    this.frames.setRefcount(pfn, this.frames.refcount[pfn] + n)
    return 0
  }

  /** page_ref_count(): of this very page; 0 for a tail. */
  refCount(pfn: number): number {
    return this.frames.refcount[pfn]
  }

  /** page_count(), folio_ref_count(): of the head. */
  count(pfn: number): number {
    return this.frames.refcount[this.frames.headOf(pfn)]
  }

  /** page_mapcount(): of this page; 0 for a page with a type. */
  mapcount(pfn: number): number {
    return this.frames.kindOf(pfn) === FrameKind.SLAB ? 0 : this.frames.mapcount[pfn]
  }
}
