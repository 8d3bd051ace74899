/**
 * The buddy allocator: free blocks of 2^order frames, split on the way out and merged with their twin on the way in.
 * Page blocks have a migrate type, so that what can be moved and what cannot stay apart for as long as there is room.
 *
 * Kernel: mm/page_alloc.c, __rmqueue_smallest(), expand(), __free_one_page(), buddy_merge_likely(),
 * __rmqueue_fallback(), steal_suitable_fallback(); KERNEL_FACTS 1.2, 1.6.
 * Simplified: what is in use counts as unmovable when it is decided whether a page block changes hands. No HIGHATOMIC,
 * CMA or ISOLATE.
 */
import { wordSize } from '../trace/abi.ts'
import { Field, FrameKind, packUse } from '../trace/fields.ts'
import { blockOrderAt, maxPageOrder } from '../trace/boot-state.ts'
import type { MachineInfo } from '../trace/record.ts'
import type { TraceWriter } from '../trace/writer.ts'
import type { Frames } from '../machine/frames.ts'
import { MIGRATE_TYPES, MigrateType, ORDERS, type FreeLists } from './free-lists.ts'

const BUDDY_USE = packUse(FrameKind.BUDDY, 0)
/** Types to take from when the own one has nothing left. */
const FALLBACKS: readonly (readonly [number, number])[] = [
  [MigrateType.RECLAIMABLE, MigrateType.MOVABLE],
  [MigrateType.RECLAIMABLE, MigrateType.UNMOVABLE],
  [MigrateType.UNMOVABLE, MigrateType.MOVABLE],
]

export class Buddy {
  /** Free frames on the buddy lists of each zone (NR_FREE_PAGES without the per-cpu lists). */
  readonly free: Uint32Array
  /** MAX_PAGE_ORDER. */
  readonly maxOrder: number
  /** log2 of the frames in a page block (pageblock_order): a huge page, or the largest block. */
  readonly blockOrder: number
  /** Migrate type by page block. */
  readonly types: Uint8Array
  /** Bounds of the zones as pfns. */
  private readonly start: Uint32Array
  private readonly end: Uint32Array

  constructor(
    info: MachineInfo,
    private readonly frames: Frames,
    private readonly lists: FreeLists,
    private readonly trace: TraceWriter,
  ) {
    this.free = new Uint32Array(info.zones.length)
    this.maxOrder = maxPageOrder(info)
    // A page full of entries, one word each: they map 2 MiB of 4K pages (i386 without PAE: 4 MiB), 32 MiB of 16K pages.
    this.blockOrder = Math.min(info.pageShift - Math.log2(wordSize(info)), this.maxOrder)
    this.types = new Uint8Array((info.frames >>> this.blockOrder) + 1).fill(MigrateType.MOVABLE)
    this.start = Uint32Array.from(info.zones, (zone) => zone.start)
    this.end = Uint32Array.from(info.zones, (zone) => zone.end)
    for (let zone = 0; zone < this.start.length; zone++) {
      for (let pfn = this.start[zone]; pfn < this.end[zone];) {
        const order = blockOrderAt(pfn, this.end[zone], this.maxOrder)
        // Low addresses come out first, as after a boot that freed memory from high to low.
        this.lists.append(this.lists.buddy(zone, order, MigrateType.MOVABLE), pfn)
        pfn += 1 << order
      }
      this.free[zone] = this.end[zone] - this.start[zone]
    }
  }

  /**
   * Takes a block of an order out of a zone: the lowest part of the smallest block that is large enough, of the given
   * migrate type; if there is none, the largest of another type changes hands. Returns its first pfn or -1. The frames
   * still say BUDDY: the caller gives them their new use.
   */
  take(zone: number, order: number, type: number): number {
    const pfn = this.takeSmallest(zone, order, type)
    return pfn >= 0 ? pfn : this.takeFallback(zone, order, type)
  }

  private takeSmallest(zone: number, order: number, type: number): number {
    const first = this.lists.buddy(zone, 0, type)
    for (let from = order; from <= this.maxOrder; from++) {
      const pfn = this.lists.pop(first + from)
      if (pfn >= 0) return this.cut(zone, pfn, order, from, type)
    }
    return -1
  }

  /** Of a block of order `from` that left its list, the lowest part; the rest goes on the lists of `type`. */
  private cut(zone: number, pfn: number, order: number, from: number, type: number): number {
    this.free[zone] -= 1 << order
    this.frames.setOrder(pfn, 0)
    this.expand(zone, pfn, order, from, type)
    return pfn
  }

  /** __rmqueue_fallback(): the largest block of another type, and its page block with it where that makes sense. */
  private takeFallback(zone: number, order: number, type: number): number {
    for (let from = this.maxOrder; from >= order; from--) {
      for (const other of FALLBACKS[type]) {
        const list = this.lists.buddy(zone, from, other)
        if (this.lists.length[list] === 0) continue
        // Movable memory takes little: the smallest block that will do, and no page block for it.
        const claims = type !== MigrateType.MOVABLE || from >= this.blockOrder >>> 1
        if (!claims && from > order) return this.takeSmallestOf(zone, order, type)
        return this.steal(zone, this.lists.pop(list), order, from, type, other, claims)
      }
    }
    return -1
  }

  private takeSmallestOf(zone: number, order: number, type: number): number {
    for (let from = order; from <= this.maxOrder; from++) {
      for (const other of FALLBACKS[type]) {
        const pfn = this.lists.pop(this.lists.buddy(zone, from, other))
        if (pfn >= 0) return this.cut(zone, pfn, order, from, other)
      }
    }
    return -1
  }

  /** steal_suitable_fallback(). The block is off its list. */
  private steal(
    zone: number,
    pfn: number,
    order: number,
    from: number,
    type: number,
    other: number,
    claims: boolean,
  ): number {
    if (from >= this.blockOrder) {
      const first = pfn >>> this.blockOrder
      this.types.fill(type, first, first + (1 << (from - this.blockOrder)))
      return this.cut(zone, pfn, order, from, type)
    }
    this.lists.push(this.lists.buddy(zone, from, other), pfn)
    if (!claims || !this.claim(zone, pfn, type)) {
      this.lists.remove(pfn)
      return this.cut(zone, pfn, order, from, other)
    }
    return this.takeSmallest(zone, order, type)
  }

  /** move_freepages_block(): a page block changes its type, and what is free in it its lists. False: it does not. */
  private claim(zone: number, pfn: number, type: number): boolean {
    const block = pfn >>> this.blockOrder
    const start = block << this.blockOrder
    const end = start + (1 << this.blockOrder)
    if (start < this.start[zone] || end > this.end[zone]) return false
    const { frames } = this
    const blocks: number[] = []
    let free = 0
    for (let at = start; at < end;) {
      const list = frames.list[at]
      const size = list === 0 ? 1 : 1 << (frames.order[at] - 1)
      if (list !== 0) {
        blocks.push(at)
        free += size
      }
      at += size
    }
    // What is in use is taken to be of a kind with what asks, unless that is movable.
    const alike = type === MigrateType.MOVABLE ? 0 : end - start - free
    if (free + alike < (end - start) >>> 1) return false
    for (const at of blocks) {
      this.lists.remove(at)
      this.lists.append(this.lists.buddy(zone, frames.order[at] - 1, type), at)
    }
    this.types[block] = type
    return true
  }

  /** Puts the upper halves of a block of order `from` on the lists of the orders below, down to `order`. */
  private expand(zone: number, pfn: number, order: number, from: number, type: number): void {
    const first = this.lists.buddy(zone, 0, type)
    for (let half = from - 1; half >= order; half--) {
      const upper = pfn + (1 << half)
      this.lists.push(first + half, upper)
      this.frames.setOrder(upper, half + 1)
    }
  }

  /**
   * Gives a block back, merging upwards for as long as its twin is free too. Marks its frames BUDDY. It is the next of
   * its list to be handed out, or the last one, so that it may grow: if it is half of a block whose twin is free, or
   * with `isLast` (FPI_TO_TAIL).
   */
  give(zone: number, pfn: number, order: number, isLast = false): void {
    const { frames, lists } = this
    for (let i = pfn + (1 << order) - 1; i >= pfn; i--) {
      const old = frames.use[i]
      if (old === BUDDY_USE) continue
      frames.use[i] = BUDDY_USE
      this.trace.delta(Field.USE, i, old, BUDDY_USE)
    }
    this.free[zone] += 1 << order
    const type = this.types[pfn >>> this.blockOrder]
    const first = lists.buddy(zone, 0, 0) + 1
    let at = pfn
    let size = order
    while (size < this.maxOrder) {
      const twin = at ^ (1 << size)
      if (twin < this.start[zone] || twin + (1 << size) > this.end[zone]) break
      const away = frames.list[twin] - first - size
      if (away !== 0 && away !== ORDERS && away !== (MIGRATE_TYPES - 1) * ORDERS) break
      lists.remove(twin)
      if (size >= this.blockOrder) this.retype(twin, size, type)
      frames.setOrder(twin, 0)
      at &= twin
      size++
    }
    if (isLast || this.growsSoon(zone, at, size)) lists.append(lists.buddy(zone, size, type), at)
    else lists.push(lists.buddy(zone, size, type), at)
    frames.setOrder(at, size + 1)
  }

  /** buddy_merge_likely(): once the twin of a block is free, both merge with a third block, which is free now. */
  private growsSoon(zone: number, pfn: number, order: number): boolean {
    if (order >= this.maxOrder - 1) return false
    const third = (pfn & ~(1 << order)) ^ (1 << (order + 1))
    if (third < this.start[zone] || third + (1 << (order + 1)) > this.end[zone]) return false
    const away = this.frames.list[third] - 1 - this.lists.buddy(zone, order + 1, 0)
    return away === 0 || away === ORDERS || away === (MIGRATE_TYPES - 1) * ORDERS
  }

  /** A block of whole page blocks becomes part of one of another type: it takes that. */
  private retype(pfn: number, order: number, type: number): void {
    const block = pfn >>> this.blockOrder
    this.types.fill(type, block, block + (1 << (order - this.blockOrder)))
  }
}
