/**
 * The buddy allocator: free blocks of 2^order frames, split on the way out and merged with their twin on the way in.
 *
 * Kernel: mm/page_alloc.c, __rmqueue_smallest(), expand(), __free_one_page(), find_buddy_page_pfn().
 * Simplified: one migrate type; a freed block goes to the head of its list (the kernel puts it at the tail when the
 * next merge looks likely).
 */
import { Field, FrameKind, packUse } from '../trace/fields.ts'
import { MAX_PAGE_ORDER, blockOrderAt } from '../trace/boot-state.ts'
import type { MachineInfo } from '../trace/record.ts'
import type { TraceWriter } from '../trace/writer.ts'
import type { Frames } from '../machine/frames.ts'
import type { FreeLists } from './free-lists.ts'

const BUDDY_USE = packUse(FrameKind.BUDDY, 0)

export class Buddy {
  /** Free frames on the buddy lists of each zone (NR_FREE_PAGES without the per-cpu lists). */
  readonly free: Uint32Array
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
    this.start = Uint32Array.from(info.zones, (zone) => zone.start)
    this.end = Uint32Array.from(info.zones, (zone) => zone.end)
    for (let zone = 0; zone < this.start.length; zone++) {
      for (let pfn = this.start[zone]; pfn < this.end[zone];) {
        const order = blockOrderAt(pfn, this.end[zone])
        // Low addresses come out first, as after a boot that freed memory from high to low.
        this.lists.append(this.lists.buddy(zone, order), pfn)
        pfn += 1 << order
      }
      this.free[zone] = this.end[zone] - this.start[zone]
    }
  }

  /**
   * Takes a block of an order out of a zone: the lowest part of the smallest block that is large enough. Returns its
   * first pfn or -1. The frames still say BUDDY: the caller gives them their new use.
   */
  take(zone: number, order: number): number {
    for (let from = order; from <= MAX_PAGE_ORDER; from++) {
      const pfn = this.lists.pop(this.lists.buddy(zone, from))
      if (pfn < 0) continue
      this.free[zone] -= 1 << order
      this.frames.setOrder(pfn, 0)
      this.expand(zone, pfn, order, from)
      return pfn
    }
    return -1
  }

  /** Puts the upper halves of a block of order `from` on the lists of the orders below, down to `order`. */
  private expand(zone: number, pfn: number, order: number, from: number): void {
    for (let half = from - 1; half >= order; half--) {
      const upper = pfn + (1 << half)
      this.lists.push(this.lists.buddy(zone, half), upper)
      this.frames.setOrder(upper, half + 1)
    }
  }

  /** Gives a block back, merging upwards for as long as its twin is free too. Marks its frames BUDDY. */
  give(zone: number, pfn: number, order: number): void {
    const { frames, lists } = this
    for (let i = pfn + (1 << order) - 1; i >= pfn; i--) {
      const old = frames.use[i]
      if (old === BUDDY_USE) continue
      frames.use[i] = BUDDY_USE
      this.trace.delta(Field.USE, i, old, BUDDY_USE)
    }
    this.free[zone] += 1 << order
    let at = pfn
    let size = order
    while (size < MAX_PAGE_ORDER) {
      const twin = at ^ (1 << size)
      if (twin < this.start[zone] || twin + (1 << size) > this.end[zone]) break
      if (frames.list[twin] !== lists.buddy(zone, size) + 1) break
      lists.remove(twin)
      frames.setOrder(twin, 0)
      at &= twin
      size++
    }
    lists.push(lists.buddy(zone, size), at)
    frames.setOrder(at, size + 1)
  }
}
