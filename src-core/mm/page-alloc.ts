/**
 * The page allocator: zones, per-cpu lists and buddy lists behind alloc_pages() and __free_pages().
 *
 * Kernel: mm/page_alloc.c, get_page_from_freelist(), prep_new_page(), __free_pages(), free_pages_prepare(),
 * split_page(), make_alloc_exact().
 * Simplified: no compaction and no OOM killer: an allocation that finds nothing above the watermarks fails, after the
 * per-cpu lists were drained and reclaim was tried; with __GFP_NOFAIL it uses the reserves, and then its caller tries
 * for ever (surface/reclaim.ts). A page that is already free cannot be freed again in an era whose
 * driver pages have no count.
 */
import { RefMode } from '../eras/era.ts'
import type { Frames } from '../machine/frames.ts'
import type { Memory } from '../machine/memory.ts'
import { AllocationKind, type AllocationKind as Kind } from '../trace/allocation-kind.ts'
import { maxPageOrder } from '../trace/boot-state.ts'
import { Field, FrameKind, packUse, type FrameKind as FrameUse } from '../trace/fields.ts'
import { Flag } from '../trace/ops.ts'
import type { MachineInfo } from '../trace/record.ts'
import type { TraceWriter } from '../trace/writer.ts'
import { AllocFailure } from './alloc-failure.ts'
import { Buddy } from './buddy.ts'
import { FreeLists } from './free-lists.ts'
import {
  migrateType,
  zoneFallback,
  ZONE_BITS,
  __GFP_COMP,
  __GFP_HIGHMEM,
  __GFP_DIRECT_RECLAIM,
  __GFP_DMA32,
  __GFP_HIGH,
  __GFP_NOFAIL,
  __GFP_ZERO,
} from './gfp.ts'
import type { KernelReports } from './kernel-report.ts'
import { PageCheck } from './page-check.ts'
import { CHECK_AT_PREP, HEAD_BIT } from './page-flags.ts'
import { PagePoison } from './page-poison.ts'
import { PCP_ORDERS, PerCpuLists } from './pcp.ts'
import { SinglePages } from './single-pages.ts'
import { Watermarks } from './watermarks.ts'

const BAD_USE = packUse(FrameKind.BAD, 0)
/** PAGE_MAPPING_FLAGS: anonymous, movable. */
const MAPPING_FLAGS = 3

/** PAGE_ALLOC_COSTLY_ORDER */
export const COSTLY_ORDER = 3

/** How much of what a zone keeps back an attempt may use: what its mask says, half of MIN, all of it. */
const Reserve = { BY_MASK: 0, HALF: 1, ALL: 2 } as const
type Reserve = (typeof Reserve)[keyof typeof Reserve]

export class PageAllocator {
  readonly lists: FreeLists
  readonly buddy: Buddy
  readonly pcp: PerCpuLists
  /** The way of a hot loop: to be asked first. */
  readonly single: SinglePages
  private readonly check: PageCheck
  private readonly zoneEnd: Uint32Array
  /** Zones to try, by the zone bits of the mask. */
  private readonly fallback: readonly (readonly number[])[]
  readonly watermarks: Watermarks
  /** What has to stay free in each of them for a first attempt. */
  private readonly lowFloors: readonly (readonly number[])[]
  private readonly shift: number
  private readonly pageSize: number
  private readonly debug: boolean
  /** check_pages_enabled: pages are looked at when they are freed and handed out. */
  private readonly checks: boolean
  /** null = free pages are not poisoned. */
  private readonly poison: PagePoison | null
  /** MAX_PAGE_ORDER. */
  readonly maxOrder: number
  /** Asked when no zone has a block: true if the caller will try again, so that nothing is told yet. */
  pressure: (() => boolean) | null = null
  /** True if reclaim may still find memory for the request that found no block last. */
  reclaimable: (() => boolean) | null = null
  /** Order and mask of the request that found no block last: what reclaim goes by. -1 = reclaim cannot help it. */
  failedOrder = -1
  failedMask = 0
  /**
   * Asked when free memory is below LOW: wakes kswapd if the mask says so. True if the running task reclaims itself: it
   * may use the reserves (PF_MEMALLOC).
   */
  belowLow: ((gfp: number) => boolean) | null = null
  /**
   * Makes an allocation that failed in the middle of a step again, as often as reclaim in the running task helps. The
   * attempt returns a negative number when there is no memory.
   */
  reclaiming: ((attempt: () => number) => number) | null = null
  /** What the kernel log says of failures. */
  readonly failure: AllocFailure

  constructor(
    info: MachineInfo,
    private readonly modes: Uint8Array,
    private readonly frames: Frames,
    private readonly memory: Memory,
    private readonly trace: TraceWriter,
    private readonly reports: KernelReports,
  ) {
    this.maxOrder = maxPageOrder(info)
    this.lists = new FreeLists(frames, info.zones.length)
    this.buddy = new Buddy(info, frames, this.lists, trace)
    this.watermarks = new Watermarks(info)
    this.pcp = new PerCpuLists(info, frames, this.buddy, trace, this.watermarks)
    this.check = new PageCheck(frames, reports)
    this.failure = new AllocFailure(info, this.lists, this.maxOrder, reports)
    this.zoneEnd = Uint32Array.from(info.zones, (zone) => zone.end)
    const names = info.zones.map((zone) => zone.name)
    // Where there is no ZONE_DMA32, the bit means nothing (OPT_ZONE_DMA32).
    const known = info.arch === 'i386-highmem' ? ~__GFP_DMA32 : -1
    this.fallback = Array.from({ length: ZONE_BITS + 1 }, (_, bits) => zoneFallback(bits & known, names))
    this.lowFloors = this.fallback.map((zones, bits) =>
      zones.map((zone) => this.watermarks.lowFloor(zone, bits & known)),
    )
    const { buddy, pcp, fallback, lowFloors } = this
    this.single = new SinglePages(info, modes, fallback, lowFloors, frames, buddy, pcp, trace)
    this.shift = info.pageShift
    this.pageSize = 2 ** info.pageShift
    this.debug = info.debug
    this.poison = info.pagePoison === true ? new PagePoison(info, frames, memory, reports) : null
    this.checks = info.debug || this.poison !== null
  }

  /** Index of the zone of a frame in `MachineInfo.zones` (a reserved frame counts to the first). */
  zoneOf(pfn: number): number {
    let zone = 0
    while (pfn >= this.zoneEnd[zone]) zone++
    return zone
  }

  /** Id of the allocation that a frame belongs to; 0 = none. */
  allocationAt(pfn: number): number {
    return this.frames.allocationOf(pfn)
  }

  /** Free frames on all lists. */
  freeCount(): number {
    let sum = 0
    for (const frames of this.buddy.free) sum += frames
    for (const frames of this.pcp.count) sum += frames
    return sum
  }

  /** drain_all_pages(). */
  drainAll(): void {
    this.pcp.drainAll()
  }

  /**
   * alloc_pages(): a block of 2^order frames with a new allocation (`trace.lastAllocation`). Returns its first pfn, or
   * -1 when there is none. With __GFP_COMP it is a compound page.
   */
  alloc(order: number, gfp: number, frameKind: FrameUse, allocationKind: Kind): number {
    const pfn = this.take(order, gfp)
    if (pfn < 0) return -1
    const id = this.trace.allocation(allocationKind, pfn, 1 << (order + this.shift))
    this.prepare(pfn, order, gfp, packUse(frameKind, id))
    return pfn
  }

  /**
   * An allocation in the middle of a step that cannot be left and made again (a page fault, a table of a page table):
   * without memory the running task reclaims, if the mask lets it, and tries again. What the caller knows about state
   * that a shrinker's callback may change has to be read afterwards. Returns what the attempt returns.
   */
  waiting(attempt: () => number): number {
    this.failedOrder = -1
    const got = attempt()
    return got >= 0 || this.reclaiming === null ? got : this.reclaiming(attempt)
  }

  /** A free block, not yet prepared: its frames still say that they are free. -1 = none. */
  take(order: number, gfp: number): number {
    if (order > this.maxOrder) return this.fail(order, gfp)
    const zones = this.fallback[gfp & ZONE_BITS]
    const floors = this.lowFloors[gfp & ZONE_BITS]
    const { free } = this.buddy
    const last = (1 << order) - 1
    // `length` of an array is read once: see PcpList.
    for (let i = 0, n = zones.length; i < n; i++) {
      const zone = zones[i]
      if (free[zone] - last <= floors[i]) continue
      const pfn = this.takeFrom(zone, order, gfp)
      if (pfn >= 0) return pfn
    }
    return this.takeSlowly(order, gfp, zones)
  }

  /** __alloc_pages_slowpath(): down to MIN or below, as the mask allows; then with the per-cpu lists drained. */
  private takeSlowly(order: number, gfp: number, zones: readonly number[]): number {
    const mayUseReserves = this.belowLow !== null && this.belowLow(gfp)
    const canReclaim = (gfp & __GFP_DIRECT_RECLAIM) !== 0
    if ((gfp & __GFP_NOFAIL) !== 0) this.failure.warnOfNofail(order, canReclaim, mayUseReserves)
    const pfn = this.takeAbove(order, gfp, zones, mayUseReserves ? Reserve.ALL : Reserve.BY_MASK)
    if (pfn >= 0) return pfn
    if (!canReclaim) return this.fail(order, gfp)
    this.pcp.drainAll()
    const again = this.takeAbove(order, gfp, zones, Reserve.BY_MASK)
    if (again >= 0) return again
    if ((gfp & __GFP_NOFAIL) === 0) return this.fail(order, gfp)
    // When reclaim does not help any more: all reserves where the OOM killer would have been called, else half.
    this.failedOrder = order
    this.failedMask = gfp
    const reserve = order <= COSTLY_ORDER ? Reserve.ALL : Reserve.HALF
    const desperate = this.reclaimable?.() === true ? -1 : this.takeAbove(order, gfp, zones, reserve)
    return desperate >= 0 ? desperate : this.fail(order, gfp)
  }

  private takeAbove(order: number, gfp: number, zones: readonly number[], reserve: Reserve): number {
    for (const zone of zones) {
      const mask = reserve === Reserve.HALF ? gfp | __GFP_HIGH : gfp
      const floor = reserve === Reserve.ALL ? -1 : this.watermarks.minFloor(zone, mask)
      if (floor >= 0 && this.buddy.free[zone] - ((1 << order) - 1) <= floor) continue
      const pfn = this.takeFrom(zone, order, gfp)
      if (pfn >= 0) return pfn
    }
    return -1
  }

  private takeFrom(zone: number, order: number, gfp: number): number {
    const type = migrateType(gfp)
    for (;;) {
      const pfn = order < PCP_ORDERS ? this.pcp.take(zone, order, type) : this.buddy.take(zone, order, type)
      if (pfn < 0 || !this.checks || !this.check.badAtAlloc(pfn, order)) return pfn
      this.leak(pfn, order)
    }
  }

  /** A bad block: taken out of service for ever. */
  private leak(pfn: number, order: number): void {
    for (let i = pfn; i < pfn + (1 << order); i++) this.frames.setUse(i, BAD_USE)
  }

  private fail(order: number, gfp: number): -1 {
    const isTooLarge = order > this.maxOrder
    this.failedOrder = isTooLarge ? -1 : order
    this.failedMask = gfp
    if (this.pressure?.() === true) return -1
    if (isTooLarge) this.failure.warnOnce(gfp, 'mm/page_alloc.c:4832 __alloc_pages_noprof')
    else this.failure.warnAlloc(gfp, `page allocation failure: order:${order}`)
    return -1
  }

  /** prep_new_page(): count, marks of a compound page, zeroes. `use` as from packUse(). */
  prepare(pfn: number, order: number, gfp: number, use: number): void {
    const { frames, trace } = this
    if (this.poison !== null) this.poison.check(pfn, order)
    if (order === 0) {
      const old = frames.use[pfn]
      frames.use[pfn] = use
      trace.delta(Field.USE, pfn, old, use)
    } else {
      for (let i = pfn; i < pfn + (1 << order); i++) {
        const old = frames.use[i]
        frames.use[i] = use
        trace.delta(Field.USE, i, old, use)
      }
    }
    if (this.modes[use >>> 28] === RefMode.COUNTED) {
      const count = frames.refcount[pfn]
      if (count !== 1) {
        frames.refcount[pfn] = 1
        trace.delta(Field.REFCOUNT, pfn, count, 1)
      }
    }
    if ((gfp & (__GFP_COMP | __GFP_ZERO)) !== 0) this.prepareMore(pfn, order, gfp)
  }

  private prepareMore(pfn: number, order: number, gfp: number): void {
    if ((gfp & __GFP_COMP) !== 0 && order > 0) {
      this.frames.setFlags(pfn, this.frames.flags[pfn] | HEAD_BIT)
      this.frames.setOrder(pfn, order + 1)
      for (let i = pfn + 1; i < pfn + (1 << order); i++) this.frames.setHead(i, pfn + 1)
    }
    if ((gfp & __GFP_ZERO) !== 0) this.memory.fill(pfn * this.pageSize, 1 << (order + this.shift), 0)
  }

  /**
   * __free_pages(): drops one count of the very page given and frees the block of the given order if it was the last.
   * Otherwise, unless the page is a compound head, all other pages of the block are freed at once.
   * Flag.LAST: memory went back. Flag.FAULT: a DEBUG_VM assertion stops the task.
   */
  freePages(pfn: number, order: number): number {
    const { frames } = this
    const kind = frames.use[pfn] >>> 28
    if (this.modes[kind] === RefMode.NONE) {
      return kind === FrameKind.BUDDY || kind === FrameKind.PCP ? 0 : this.freeUnref(pfn, order)
    }
    // Before the count is dropped: afterwards the page may belong to somebody else (CVE-2023-52739).
    const head = frames.flags[pfn] & HEAD_BIT
    const count = frames.refcount[pfn]
    if (count === 0 && this.debug) {
      this.reports.vmBug('VM_BUG_ON_PAGE(page_ref_count(page) == 0)', 'include/linux/mm.h:1140')
      return Flag.FAULT
    }
    frames.refcount[pfn] = count - 1
    this.trace.delta(Field.REFCOUNT, pfn, count, count - 1)
    if (count === 1) return this.freeUnref(pfn, order)
    if (head !== 0) return 0
    let flags = 0
    for (let part = order - 1; part >= 0; part--) flags |= this.freeUnref(pfn + (1 << part), part)
    return flags
  }

  /** free_frozen_pages() (free_unref_page() in v6.12): frees a block without looking at its count. */
  freeUnref(pfn: number, order: number): number {
    const { frames } = this
    // RESERVED, BUDDY and PCP come first among the kinds.
    if (frames.use[pfn] >>> 28 <= FrameKind.PCP) this.unlinkStray(pfn)
    if (pfn + (1 << order) > frames.count || frames.use[pfn] >>> 28 === FrameKind.RESERVED) return Flag.WILD
    if (order === 0 && frames.marked[pfn] === 0) {
      if (this.checks && this.check.badAtFree(pfn)) {
        this.leak(pfn, 0)
        return Flag.LAST | Flag.WARNED
      }
    } else {
      const flags = this.freePrepare(pfn, order)
      if (flags !== 0) return flags
    }
    if (this.poison !== null) this.poison.poison(pfn, order)
    const zone = this.zoneOf(pfn)
    if (order < PCP_ORDERS) this.pcp.give(zone, pfn, order)
    else this.buddy.give(zone, pfn, order)
    return Flag.LAST
  }

  /** free_pages_prepare(): 0 = the block may go to the lists; else how the free ended. */
  private freePrepare(pfn: number, order: number): number {
    const { frames } = this
    const compound = (frames.flags[pfn] & HEAD_BIT) !== 0 || frames.head[pfn] !== 0
    if (this.debug && compound && frames.compoundOrder(pfn) !== order) {
      this.reports.vmBug('VM_BUG_ON_PAGE(compound && compound_order(page) != order)', 'mm/page_alloc.c:1132')
      return Flag.FAULT
    }
    // PageMappingFlags: what marks anonymous memory is no error.
    if ((frames.mapping[pfn] & MAPPING_FLAGS) !== 0) frames.setMapping(pfn, 0)
    let bad = compound && order > 0 && this.checks && this.check.pinnedAtFree(pfn)
    for (let i = pfn + 1; i < pfn + (1 << order); i++) {
      if (compound) frames.setHead(i, 0)
      if (this.checks && this.check.badAtFree(i)) bad = true
      else frames.setFlags(i, frames.flags[i] & ~CHECK_AT_PREP)
    }
    if (compound) {
      frames.setFlags(pfn, frames.flags[pfn] & ~HEAD_BIT)
      if (frames.head[pfn] === 0) frames.setOrder(pfn, 0)
      else frames.setHead(pfn, 0)
    }
    if (this.checks && this.check.badAtFree(pfn)) bad = true
    if (bad) {
      this.leak(pfn, order)
      return Flag.LAST | Flag.WARNED
    }
    frames.setFlags(pfn, frames.flags[pfn] & ~CHECK_AT_PREP)
    frames.setPrivate(pfn, 0)
    frames.setMapping(pfn, 0)
    frames.setPincount(pfn, 0)
    return 0
  }

  /** A block that is freed although it is on a list already (after a misuse): it leaves that list first. */
  private unlinkStray(pfn: number): void {
    const { frames } = this
    const zone = this.zoneOf(pfn)
    if (frames.list[pfn] !== 0) {
      this.buddy.free[zone] -= 1 << (frames.order[pfn] - 1)
      this.lists.remove(pfn)
      frames.setOrder(pfn, 0)
    } else if (frames.use[pfn] >>> 28 === FrameKind.PCP) {
      this.pcp.unlink(zone, pfn)
    }
  }

  /**
   * split_page(): makes 2^order single pages of a non-compound block. The first page keeps the allocation; the others
   * get new ones with consecutive ids, the last is `trace.lastAllocation`.
   */
  split(pfn: number, order: number): number {
    const { frames } = this
    const compound = (frames.flags[pfn] & HEAD_BIT) !== 0 || frames.head[pfn] !== 0
    if (this.debug && (compound || (frames.refcount[pfn] === 0 && this.counted(pfn)))) {
      this.reports.vmBug(
        compound ? 'VM_BUG_ON_PAGE(PageCompound(page))' : 'VM_BUG_ON_PAGE(!page_count(page))',
        'mm/page_alloc.c',
      )
      return Flag.FAULT
    }
    const size = 1 << this.shift
    for (let i = pfn + 1; i < pfn + (1 << order); i++) {
      const id = this.trace.allocation(AllocationKind.PAGES, i, size)
      frames.setUse(i, packUse(FrameKind.PAGE, id))
      if (this.counted(i)) frames.setRefcount(i, 1)
    }
    return 0
  }

  private counted(pfn: number): boolean {
    return this.modes[this.frames.use[pfn] >>> 28] === RefMode.COUNTED
  }

  /** Smallest order of a block that holds so many bytes (get_order); for all that is too large MAX_PAGE_ORDER + 1. */
  orderOf(bytes: number): number {
    const pages = Math.ceil(bytes / this.pageSize)
    if (pages > 1 << this.maxOrder) return this.maxOrder + 1
    return pages <= 1 ? 0 : 32 - Math.clz32(pages - 1)
  }

  /** alloc_pages_exact(): one allocation of as many single pages as hold `bytes`, in a row, each with a count of 1. */
  allocExact(bytes: number, mask: number): number {
    // get_order(0) is larger than any.
    const order = bytes === 0 ? this.maxOrder + 1 : this.orderOf(bytes)
    const stripped = __GFP_COMP | __GFP_HIGHMEM
    if ((mask & stripped) !== 0) this.failure.warnOnceAlways('mm/page_alloc.c:5139 alloc_pages_exact_noprof')
    const gfp = mask & ~stripped
    const pfn = this.take(order, gfp)
    if (pfn < 0) return -1
    const kept = Math.max(1, Math.ceil(bytes / this.pageSize))
    const id = this.trace.allocation(AllocationKind.PAGES, pfn, kept * this.pageSize)
    const use = packUse(FrameKind.PAGE, id)
    const zone = this.zoneOf(pfn)
    for (let i = pfn; i < pfn + kept; i++) this.prepare(i, 0, gfp, use)
    for (let i = pfn + kept; i < pfn + (1 << order); i++) {
      if (this.poison !== null) this.poison.check(i, 0)
      this.giveSurplus(zone, i)
    }
    return pfn
  }

  /** A page of an exact allocation that nobody asked for: straight to the end of the buddy lists. */
  private giveSurplus(zone: number, pfn: number): void {
    this.frames.setRefcount(pfn, 0)
    if (this.poison !== null) this.poison.poison(pfn, 0)
    this.buddy.give(zone, pfn, 0, true)
  }

  /** free_pages_exact(): frees page by page. */
  freeExact(pfn: number, bytes: number): number {
    let flags = 0
    const end = pfn + Math.ceil(bytes / this.pageSize)
    for (let i = pfn; i < end && (flags & Flag.FAULT) === 0; i++) flags |= this.freePages(i, 0)
    return flags
  }

  /**
   * alloc_pages_bulk_array(): up to `n` single pages, each with an allocation of its own; their pfns go to `out`.
   * Returns how many.
   */
  allocBulk(n: number, gfp: number, out: number[]): number {
    for (let made = 0; made < n; made++) {
      const pfn = this.alloc(0, gfp, FrameKind.PAGE, AllocationKind.PAGES)
      if (pfn < 0) return made
      out[made] = pfn
    }
    return n
  }
}
