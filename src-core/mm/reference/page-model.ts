/**
 * The page allocator once more, written to be obviously right instead of fast: plain arrays and maps, one rule a line.
 * Programs without mistakes must get the same pages and counts from it as from page-alloc.ts.
 *
 * Kernel: KERNEL_FACTS 1.5 and 1.6. Only what a legal program can see: one cpu, debug off, counted pages.
 */
import { MAX_PAGE_ORDER, blockOrderAt } from '../../trace/boot-state.ts'

interface Block {
  readonly order: number
  readonly compound: boolean
  /** Pages that still belong to it. */
  pages: number[]
}

interface Zone {
  readonly start: number
  readonly end: number
  /** Free blocks by order, the one to take first in front. */
  readonly buddy: number[][]
  readonly pcp: number[][]
  readonly batch: number
  readonly high: number
  /** Frames on the buddy lists that have to be left at a first attempt (watermark LOW), and at a second one (MIN). */
  readonly floors: readonly [number, number]
  /** Frames on the buddy lists below which the per-cpu lists hold no more than four batches. */
  readonly enough: number
}

/** Frames on a zone's buddy lists. */
function freeOf(zone: Zone): number {
  return zone.buddy.reduce((sum, list, size) => sum + list.length * 2 ** size, 0)
}

export class PageModel {
  private readonly zones: Zone[]
  /** Blocks in use by their first page. */
  readonly blocks = new Map<number, Block>()
  readonly counts = new Map<number, number>()

  constructor(
    zones: readonly Pick<Zone, 'start' | 'end' | 'batch' | 'high' | 'floors' | 'enough'>[],
  ) {
    this.zones = zones.map((zone) => {
      const buddy = Array.from({ length: MAX_PAGE_ORDER + 1 }, (): number[] => [])
      for (let pfn = zone.start; pfn < zone.end;) {
        const order = blockOrderAt(pfn, zone.end)
        buddy[order].push(pfn)
        pfn += 2 ** order
      }
      return { ...zone, buddy, pcp: [[], [], [], []] }
    })
  }

  /** Highest zone first; the lists of the cpu are drained before giving up. */
  alloc(order: number, compound: boolean): number {
    let pfn = this.takeAnywhere(order, 0)
    if (pfn < 0) pfn = this.takeAnywhere(order, 1)
    if (pfn < 0) {
      this.drain()
      pfn = this.takeAnywhere(order, 1)
    }
    if (pfn < 0) return -1
    const pages = Array.from({ length: 2 ** order }, (_, i) => pfn + i)
    for (const page of pages) this.counts.set(page, page === pfn ? 1 : 0)
    this.blocks.set(pfn, { order, compound: compound && order > 0, pages })
    return pfn
  }

  private takeAnywhere(order: number, attempt: 0 | 1): number {
    for (const zone of this.zones.toReversed()) {
      if (freeOf(zone) - (2 ** order - 1) <= zone.floors[attempt]) continue
      const pfn = order <= 3 ? this.takePcp(zone, order) : this.takeBuddy(zone, order)
      if (pfn >= 0) return pfn
    }
    return -1
  }

  private takePcp(zone: Zone, order: number): number {
    const list = zone.pcp[order]
    if (list.length === 0) {
      const wanted = order === 0 ? zone.batch : Math.max(2, Math.floor(zone.batch / 2 ** order))
      while (list.length < wanted) {
        const pfn = this.takeBuddy(zone, order)
        if (pfn < 0) break
        list.push(pfn)
      }
    }
    return list.shift() ?? -1
  }

  private takeBuddy(zone: Zone, order: number): number {
    const from = zone.buddy.findIndex((list, size) => size >= order && list.length > 0)
    if (from < 0) return -1
    const pfn = zone.buddy[from].shift() as number
    for (let half = from - 1; half >= order; half--) zone.buddy[half].unshift(pfn + 2 ** half)
    return pfn
  }

  private give(pfn: number, order: number): void {
    const zone = this.zones.find((one) => pfn < one.end) as Zone
    if (order > 3) {
      this.giveBuddy(zone, pfn, order)
      return
    }
    zone.pcp[order].unshift(pfn)
    const held = zone.pcp.reduce((sum, list, size) => sum + list.length * 2 ** size, 0)
    const isLow = freeOf(zone) < zone.enough
    if (held >= (isLow ? zone.batch * 4 : zone.high)) this.release(zone, zone.batch)
  }

  private giveBuddy(zone: Zone, pfn: number, order: number): void {
    const twin = pfn % 2 ** (order + 1) === 0 ? pfn + 2 ** order : pfn - 2 ** order
    const at = zone.buddy[order].indexOf(twin)
    if (at >= 0 && order < MAX_PAGE_ORDER) {
      zone.buddy[order].splice(at, 1)
      this.giveBuddy(zone, Math.min(pfn, twin), order + 1)
    } else {
      zone.buddy[order].unshift(pfn)
    }
  }

  private release(zone: Zone, frames: number): void {
    let left = frames
    while (left > 0 && zone.pcp.some((list) => list.length > 0)) {
      zone.pcp.forEach((list, order) => {
        if (left <= 0 || list.length === 0) return
        this.giveBuddy(zone, list.pop() as number, order)
        left -= 2 ** order
      })
    }
  }

  drain(): void {
    for (const zone of this.zones) this.release(zone, Infinity)
  }

  /** A reference on a page counts for its compound page, else for the page itself. */
  get(pfn: number): void {
    const head = this.headOf(pfn)
    this.counts.set(head, this.count(head) + 1)
  }

  put(pfn: number): void {
    const head = this.headOf(pfn)
    this.counts.set(head, this.count(head) - 1)
    if (this.count(head) > 0) return
    const block = this.blocks.get(head)
    this.blocks.delete(head)
    this.give(head, block?.compound === true ? block.order : 0)
  }

  /** __free_pages() with the order of the allocation. */
  free(pfn: number, order: number): void {
    const block = this.blocks.get(pfn) as Block
    this.counts.set(pfn, this.count(pfn) - 1)
    if (this.count(pfn) === 0) {
      this.blocks.delete(pfn)
      this.give(pfn, order)
    } else if (!block.compound) {
      for (let part = order - 1; part >= 0; part--) this.give(pfn + 2 ** part, part)
      block.pages = [pfn]
    }
  }

  private headOf(pfn: number): number {
    for (const [first, block] of this.blocks) if (block.compound && block.pages.includes(pfn)) return first
    return pfn
  }

  count(pfn: number): number {
    return this.counts.get(pfn) ?? 0
  }

  /** Free blocks as text, for comparison: one line a list. */
  drawing(): string[] {
    return this.zones.flatMap((zone) => [
      ...zone.buddy.map((list, order) => `buddy ${order}: ${list.join(' ')}`),
      ...zone.pcp.map((list, order) => `pcp ${order}: ${list.join(' ')}`),
    ])
  }
}
