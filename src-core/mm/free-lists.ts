/**
 * The free lists of the buddy allocator, linked through the frames themselves: one list per zone, migrate type and
 * order. A block is linked by its first frame.
 *
 * Kernel: struct free_area in include/linux/mmzone.h.
 * Deviates: a block that is linked a second time (possible only after a misuse, such as a get and a put on a free page)
 * is moved; in the kernel the list is corrupt from then on.
 */
import type { Frames } from '../machine/frames.ts'
import { MOST_PAGE_ORDER } from '../trace/boot-state.ts'

/** Orders that a buddy list exists for. */
export const ORDERS = MOST_PAGE_ORDER + 1
/** Migrate types: how hard it is to move what is in a page block. Numbered as in the kernel, and as in the mask. */
export const MigrateType = { UNMOVABLE: 0, MOVABLE: 1, RECLAIMABLE: 2 } as const
export type MigrateType = (typeof MigrateType)[keyof typeof MigrateType]
export const MIGRATE_TYPES = 3

export class FreeLists {
  /** pfn + 1 of the first and last block of a list; 0 = empty. */
  private readonly first: Uint32Array
  private readonly last: Uint32Array
  /** Blocks on each list. */
  readonly length: Uint32Array

  constructor(
    private readonly frames: Frames,
    zones: number,
  ) {
    const lists = zones * MIGRATE_TYPES * ORDERS
    this.first = new Uint32Array(lists)
    this.last = new Uint32Array(lists)
    this.length = new Uint32Array(lists)
  }

  /** Id of a zone's list of an order and migrate type. */
  buddy(zone: number, order: number, type: number): number {
    return (zone * MIGRATE_TYPES + type) * ORDERS + order
  }

  /** Links a block at the head. */
  push(list: number, pfn: number): void {
    const { next, prev, list: on } = this.frames
    if (on[pfn] !== 0) this.remove(pfn)
    const first = this.first[list]
    next[pfn] = first
    prev[pfn] = 0
    if (first === 0) this.last[list] = pfn + 1
    else prev[first - 1] = pfn + 1
    this.first[list] = pfn + 1
    on[pfn] = list + 1
    this.length[list]++
  }

  /** Links a block at the tail. */
  append(list: number, pfn: number): void {
    const { next, prev, list: on } = this.frames
    if (on[pfn] !== 0) this.remove(pfn)
    const last = this.last[list]
    prev[pfn] = last
    next[pfn] = 0
    if (last === 0) this.first[list] = pfn + 1
    else next[last - 1] = pfn + 1
    this.last[list] = pfn + 1
    on[pfn] = list + 1
    this.length[list]++
  }

  /** Unlinks a block that is on some list. */
  remove(pfn: number): void {
    const { next, prev, list: on } = this.frames
    const list = on[pfn] - 1
    const after = next[pfn]
    const before = prev[pfn]
    if (before === 0) this.first[list] = after
    else next[before - 1] = after
    if (after === 0) this.last[list] = before
    else prev[after - 1] = before
    on[pfn] = 0
    this.length[list]--
  }

  /** Unlinks and returns the first block, or -1. */
  pop(list: number): number {
    const first = this.first[list]
    if (first === 0) return -1
    const pfn = first - 1
    const { next, prev, list: on } = this.frames
    const after = next[pfn]
    this.first[list] = after
    if (after === 0) this.last[list] = 0
    else prev[after - 1] = 0
    on[pfn] = 0
    this.length[list]--
    return pfn
  }

  /** The blocks of a list, first to last (for tests and checks). */
  blocks(list: number): number[] {
    const found: number[] = []
    for (let at = this.first[list]; at !== 0; at = this.frames.next[at - 1]) found.push(at - 1)
    return found
  }
}
