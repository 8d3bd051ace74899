/**
 * The page allocator once more, written to be obviously right instead of fast: plain arrays and maps, one rule a line.
 * Programs without mistakes must get the same pages and counts from it as from page-alloc.ts.
 *
 * Kernel: KERNEL_FACTS 1.5 and 1.6. Only what a legal program can see: one cpu, debug off, counted pages.
 */
import { blockOrderAt } from '../../trace/boot-state.ts'

interface Block {
  readonly order: number
  readonly compound: boolean
  /** Pages that still belong to it. */
  pages: number[]
}

interface Zone {
  readonly start: number
  readonly end: number
  /** Free blocks by migrate type and order, the one to take first in front. */
  readonly buddy: number[][][]
  readonly pcp: number[][][]
  readonly batch: number
  readonly high: number
  /** Frames on the buddy lists that have to be left at a first attempt (watermark LOW), and at a second one (MIN). */
  readonly floors: readonly [number, number]
  /** Frames on the buddy lists below which the per-cpu lists hold no more than four batches. */
  readonly enough: number
}

/** Of the machines that the models are compared on. */
export const MAX_PAGE_ORDER = 10
const UNMOVABLE = 0
const MOVABLE = 1
/** Where a type takes from when it has nothing left, first choice first. */
const FALLBACKS = [
  [2, 1],
  [2, 0],
  [0, 1],
]

/** Frames on a zone's buddy lists. */
function freeOf(zone: Zone): number {
  return zone.buddy.reduce((all, lists) => all + lists.reduce((sum, list, size) => sum + list.length * 2 ** size, 0), 0)
}

export class PageModel {
  private readonly zones: Zone[]
  /** Blocks in use by their first page. */
  readonly blocks = new Map<number, Block>()
  readonly counts = new Map<number, number>()

  /** Migrate type of page blocks that are not movable any more. */
  private readonly types = new Map<number, number>()

  constructor(
    /** log2 of the frames in a page block. */
    private readonly blockOrder: number,
    zones: readonly Pick<Zone, 'start' | 'end' | 'batch' | 'high' | 'floors' | 'enough'>[],
  ) {
    this.zones = zones.map((zone) => {
      const empty = (orders: number): number[][][] =>
        [0, 1, 2].map(() => Array.from({ length: orders }, (): number[] => []))
      const buddy = empty(MAX_PAGE_ORDER + 1)
      for (let pfn = zone.start; pfn < zone.end;) {
        const order = blockOrderAt(pfn, zone.end, MAX_PAGE_ORDER)
        buddy[MOVABLE][order].push(pfn)
        pfn += 2 ** order
      }
      return { ...zone, buddy, pcp: empty(4) }
    })
  }

  /** Highest zone first; who may wait has the lists of the cpu drained before it gives up. */
  alloc(order: number, compound: boolean, type = UNMOVABLE, mayWait = true): number {
    let pfn = this.takeAnywhere(order, 0, type)
    if (pfn < 0) pfn = this.takeAnywhere(order, 1, type)
    if (pfn < 0 && mayWait) {
      this.drain()
      pfn = this.takeAnywhere(order, 1, type)
    }
    if (pfn < 0) return -1
    const pages = Array.from({ length: 2 ** order }, (_, i) => pfn + i)
    for (const page of pages) this.counts.set(page, page === pfn ? 1 : 0)
    this.blocks.set(pfn, { order, compound: compound && order > 0, pages })
    return pfn
  }

  private takeAnywhere(order: number, attempt: 0 | 1, type: number): number {
    for (const zone of this.zones.toReversed()) {
      if (freeOf(zone) - (2 ** order - 1) <= zone.floors[attempt]) continue
      const pfn = order <= 3 ? this.takePcp(zone, order, type) : this.takeBuddy(zone, order, type)
      if (pfn >= 0) return pfn
    }
    return -1
  }

  private takePcp(zone: Zone, order: number, type: number): number {
    const list = zone.pcp[type][order]
    if (list.length === 0) {
      const wanted = order === 0 ? zone.batch : Math.max(2, Math.floor(zone.batch / 2 ** order))
      while (list.length < wanted) {
        const pfn = this.takeBuddy(zone, order, type)
        if (pfn < 0) break
        list.push(pfn)
      }
    }
    return list.shift() ?? -1
  }

  private takeBuddy(zone: Zone, order: number, type: number): number {
    const from = this.smallest(zone, order, type)
    return from >= 0 ? this.cut(zone, order, from, type) : this.takeFallback(zone, order, type)
  }

  /** Order of the smallest block of a type that will do; -1 = none. */
  private smallest(zone: Zone, order: number, type: number): number {
    return zone.buddy[type].findIndex((list, size) => size >= order && list.length > 0)
  }

  private cut(zone: Zone, order: number, from: number, type: number): number {
    const pfn = zone.buddy[type][from].shift() as number
    for (let half = from - 1; half >= order; half--) zone.buddy[type][half].unshift(pfn + 2 ** half)
    return pfn
  }

  /** The largest block of another type; with its page block unless movable memory takes only little. */
  private takeFallback(zone: Zone, order: number, type: number): number {
    for (let from = MAX_PAGE_ORDER; from >= order; from--) {
      const other = FALLBACKS[type].find((one) => zone.buddy[one][from].length > 0)
      if (other === undefined) continue
      const claims = type !== MOVABLE || from >= Math.floor(this.blockOrder / 2)
      if (!claims && from > order) return this.takeLittle(zone, order, type)
      const [pfn] = zone.buddy[other][from]
      if (claims && this.claim(zone, pfn, from, type)) {
        return this.cut(zone, order, from >= this.blockOrder ? from : this.smallest(zone, order, type), type)
      }
      return this.cut(zone, order, from, other)
    }
    return -1
  }

  private takeLittle(zone: Zone, order: number, type: number): number {
    for (let from = order; from <= MAX_PAGE_ORDER; from++) {
      const other = FALLBACKS[type].find((one) => zone.buddy[one][from].length > 0)
      if (other !== undefined) return this.cut(zone, order, from, other)
    }
    return -1
  }

  /** A page block (or several, if the block is larger) changes its type if enough of it is free or of that kind. */
  private claim(zone: Zone, pfn: number, from: number, type: number): boolean {
    const size = 2 ** Math.max(this.blockOrder, from)
    const start = pfn - (pfn % size)
    if (start < zone.start || start + size > zone.end) return false
    const inside: [number, number, number][] = []
    zone.buddy.forEach((lists, old) =>
      lists.forEach((list, order) => {
        for (const block of list) if (block >= start && block < start + size) inside.push([block, order, old])
      }),
    )
    const free = inside.reduce((sum, [, order]) => sum + 2 ** order, 0)
    const alike = type === MOVABLE ? 0 : size - free
    if (free + alike < size / 2) return false
    inside.sort(([one], [two]) => one - two)
    for (const [block, order, old] of inside) {
      zone.buddy[old][order].splice(zone.buddy[old][order].indexOf(block), 1)
      // A block of whole page blocks is taken at once: it is in front.
      if (from >= this.blockOrder) zone.buddy[type][order].unshift(block)
      else zone.buddy[type][order].push(block)
    }
    for (let at = start; at < start + size; at += 2 ** this.blockOrder) this.setType(at, type)
    return true
  }

  private typeOf(pfn: number): number {
    return this.types.get(Math.floor(pfn / 2 ** this.blockOrder)) ?? MOVABLE
  }

  private setType(pfn: number, type: number): void {
    this.types.set(Math.floor(pfn / 2 ** this.blockOrder), type)
  }

  private give(pfn: number, order: number): void {
    const zone = this.zones.find((one) => pfn < one.end) as Zone
    if (order > 3) {
      this.giveBuddy(zone, pfn, order)
      return
    }
    zone.pcp[this.typeOf(pfn)][order].unshift(pfn)
    const held = zone.pcp.reduce(
      (all, lists) => all + lists.reduce((sum, list, size) => sum + list.length * 2 ** size, 0),
      0,
    )
    const isLow = freeOf(zone) < zone.enough
    if (held >= (isLow ? zone.batch * 4 : zone.high)) this.release(zone, zone.batch, order, this.typeOf(pfn))
  }

  private giveBuddy(zone: Zone, pfn: number, order: number, type = this.typeOf(pfn)): void {
    const twin = pfn % 2 ** (order + 1) === 0 ? pfn + 2 ** order : pfn - 2 ** order
    const lists = zone.buddy.map((one) => one[order])
    const list = lists.find((one) => one.includes(twin))
    if (list !== undefined && order < MAX_PAGE_ORDER) {
      list.splice(list.indexOf(twin), 1)
      for (let at = twin; order >= this.blockOrder && at < twin + 2 ** order; at += 2 ** this.blockOrder)
        this.setType(at, type)
      this.giveBuddy(zone, Math.min(pfn, twin), order + 1, type)
    } else {
      // Both halves and this third block would become one when the twin is free.
      const pair = Math.min(pfn, twin)
      const third = pair % 2 ** (order + 2) === 0 ? pair + 2 ** (order + 1) : pair - 2 ** (order + 1)
      const growsSoon = order < MAX_PAGE_ORDER - 1 && zone.buddy.some((one) => one[order + 1].includes(third))
      if (growsSoon) zone.buddy[type][order].push(pfn)
      else zone.buddy[type][order].unshift(pfn)
    }
  }

  /** Lists by order, of each order by type, from one of them on and around: each from its oldest block. */
  private release(zone: Zone, frames: number, order: number, type: number): void {
    const all = [0, 1, 2, 3].flatMap((size) => zone.pcp.map((lists) => ({ size, list: lists[size] })))
    const from = all.findIndex(({ list }) => list === zone.pcp[type][order])
    let left = frames
    for (const { size, list } of [...all.slice(from), ...all.slice(0, from)])
      for (; left > 0 && list.length > 0; left -= 2 ** size) this.giveBuddy(zone, list.pop() as number, size)
  }

  drain(): void {
    for (const zone of this.zones) this.release(zone, Infinity, 0, 0)
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
      ...zone.buddy.flatMap((lists, type) => lists.map((list, order) => `buddy ${type} ${order}: ${list.join(' ')}`)),
      ...[0, 1, 2, 3].map((order) => `pcp ${order}: ${zone.pcp.flatMap((lists) => lists[order]).join(' ')}`),
    ])
  }
}
