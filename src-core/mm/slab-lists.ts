/**
 * Which slab a cpu allocates from, and where slabs with free objects wait: a list per cpu and one for the node.
 *
 * Kernel: mm/slub.c, ___slab_alloc(), allocate_slab(), __slab_free(), put_cpu_partial(), get_partial_node(),
 * __put_partials(), deactivate_slab().
 * Simplified: one node.
 */
import { AllocationKind } from '../trace/allocation-kind.ts'
import { Field, FrameKind, packUse } from '../trace/fields.ts'
import type { Cache } from './cache.ts'
import {
  GFP_CONSTRAINT_MASK,
  GFP_RECLAIM_MASK,
  __GFP_COMP,
  __GFP_DIRECT_RECLAIM,
  __GFP_DMA,
  __GFP_DMA32,
  __GFP_NOFAIL,
  __GFP_NOMEMALLOC,
  __GFP_NORETRY,
  __GFP_NOWARN,
  __GFP_RECLAIM,
  __GFP_RECLAIMABLE,
} from './gfp.ts'
import { SLAB_CACHE_DMA, SLAB_CACHE_DMA32, SLAB_RECLAIM_ACCOUNT } from './slab-flags.ts'
import { SlabPages } from './slab-pages.ts'
import { NO_SHIFT, QUARANTINED, SlabPlace } from './slab-table.ts'

/** What a cache adds to every mask (`allocflags`). */
function allocFlags(flags: number): number {
  const zone = (flags & SLAB_CACHE_DMA) !== 0 ? __GFP_DMA : (flags & SLAB_CACHE_DMA32) !== 0 ? __GFP_DMA32 : 0
  return __GFP_COMP | zone | ((flags & SLAB_RECLAIM_ACCOUNT) === 0 ? 0 : __GFP_RECLAIMABLE)
}

/** The mask of the first attempt: it may fail, and for more than has to be nothing is reclaimed. */
function preferredMask(mask: number, isLarger: boolean): number {
  const light = (mask | __GFP_NOWARN | __GFP_NORETRY) & ~__GFP_NOFAIL
  if (!isLarger || (light & __GFP_DIRECT_RECLAIM) === 0) return light
  return (light | __GFP_NOMEMALLOC) & ~__GFP_RECLAIM
}

export class SlabLists extends SlabPages {
  /** The slab that was made last, for a cache with a constructor; -1 = what was made was told of (`newObjects`). */
  protected newest = -1

  private takeCpuPartial(cache: Cache): number {
    const first = cache.cpuPartial[this.cpu]
    if (first === 0) return -1
    cache.cpuPartial[this.cpu] = this.table.next[first - 1]
    cache.cpuPartialCount[this.cpu]--
    return first - 1
  }

  /** get_partial_node(): the node's first partial slab; some more move to the cpu's partial list. */
  private takeNodePartial(cache: Cache): number {
    const taken = cache.partialFirst - 1
    if (taken < 0) return -1
    this.unlink(cache, taken)
    for (let more = 0; more <= cache.cpuPartialSlabs >>> 1 && cache.partialFirst !== 0; more++) {
      const slab = cache.partialFirst - 1
      this.unlink(cache, slab)
      this.pushCpuPartial(cache, slab)
    }
    return taken
  }

  /**
   * The first half of ___slab_alloc(): gives the cpu a slab with free objects if it has one at hand, and returns index
   * + 1 of the first; 0 = there is none, and nothing was done.
   */
  protected refillAtHand(cache: Cache): number {
    const { cpu, table } = this
    const slab = cache.cpuSlab[cpu]
    if (slab >= 0) {
      // Objects that other cpus freed meanwhile.
      const freed = table.free[slab]
      if (freed !== 0) {
        table.free[slab] = 0
        return freed
      }
    }
    const next = this.takeCpuPartial(cache)
    if (next < 0) return 0
    if (slab >= 0) table.place[slab] = SlabPlace.FULL
    return this.useSlab(cache, next)
  }

  /** Gives the cpu a slab; index + 1 of its first free object. */
  private useSlab(cache: Cache, slab: number): number {
    const { cpu, table } = this
    cache.cpuSlab[cpu] = slab
    table.place[slab] = SlabPlace.CPU
    const first = table.free[slab]
    table.free[slab] = 0
    return first
  }

  /** ___slab_alloc(): gives the cpu a slab with free objects; returns index + 1 of the first, 0 = no memory. */
  protected allocSlow(cache: Cache, gfp: number): number {
    const first = this.refillAtHand(cache)
    if (first !== 0) return first
    const { cpu, table } = this
    const old = cache.cpuSlab[cpu]
    if (old >= 0) {
      table.place[old] = SlabPlace.FULL
      cache.cpuSlab[cpu] = -1
    }
    let slab = this.takeNodePartial(cache)
    if (slab < 0) slab = this.newSlab(cache, gfp)
    if (slab < 0) {
      if (this.pages.pressure?.() !== true) this.tellOutOfMemory(cache, gfp)
      return 0
    }
    return this.useSlab(cache, slab)
  }

  private tellOutOfMemory(cache: Cache, gfp: number): void {
    const { table, pages } = this
    let objects = 0
    for (let slab = 0; slab < table.count; slab++)
      if (table.cache[slab] === cache.id && table.place[slab] !== SlabPlace.GONE) objects += table.objects[slab]
    let free = 0
    for (let at = cache.partialFirst; at !== 0; at = table.next[at - 1])
      free += table.objects[at - 1] - table.live[at - 1]
    const node = { slabs: cache.slabs, objects, free }
    pages.failure.slabOutOfMemory(cache, gfp, pages.orderOf(cache.objectSize), node)
  }

  /** allocate_slab(): pages for a new slab, its objects linked in ascending order. */
  private newSlab(cache: Cache, gfp: number): number {
    const mask = (gfp & (GFP_RECLAIM_MASK | GFP_CONSTRAINT_MASK)) | allocFlags(cache.flags)
    let { order, objects } = cache
    let pfn = this.pages.take(order, preferredMask(mask, order > cache.minOrder))
    if (pfn < 0) {
      if (this.pages.pressure?.() === true) return -1
      order = cache.minOrder
      objects = cache.minObjects
      pfn = this.pages.take(order, mask)
      if (pfn < 0) return -1
    }
    const { table } = this
    if (this.slabAt[pfn] !== 0) this.forget(this.slabAt[pfn] - 1)
    const id = this.trace.allocation(AllocationKind.SLAB, pfn, 1 << (order + this.shift))
    this.pages.prepare(pfn, order, mask, packUse(FrameKind.SLAB, id))
    this.frames.setSlab(pfn, cache.id + 1)
    const slab = cache.idle.pop() ?? table.add(cache.objects)
    table.pfn[slab] = pfn
    table.cache[slab] = cache.id
    table.start[slab] = pfn * this.pageSize + cache.firstObject
    table.objects[slab] = objects
    table.order[slab] = order
    table.free[slab] = 1
    table.live[slab] = 0
    table.shift[slab] = this.kasan && cache.isPlain && cache.strideShift >= 0 ? cache.strideShift : NO_SHIFT
    const base = table.base[slab]
    if (cache.debugged) this.marks.pad(cache, pfn * this.pageSize, this.pageSize << order)
    for (let i = 0; i < objects; i++) {
      table.nextFree[base + i] = i + 1 === objects ? 0 : i + 2
      table.allocation[base + i] = 0
      if (cache.debugged) this.marks.paint(cache, table.start[slab] + i * cache.stride, false)
    }
    this.slabAt[pfn] = slab + 1
    cache.slabs++
    if (cache.hasCtor) this.newest = slab
    return slab
  }

  /**
   * get_partial_node() and new_slab() for a cache with debug flags: no cpu has a slab of its own, each object comes
   * from the node's first partial slab. -1 = no memory.
   */
  protected debuggedSlab(cache: Cache, gfp: number): number {
    if (cache.partialFirst !== 0) return cache.partialFirst - 1
    const slab = this.newSlab(cache, gfp)
    if (slab >= 0) this.linkFirst(cache, slab)
    else if (this.pages.pressure?.() !== true) this.tellOutOfMemory(cache, gfp)
    return slab
  }

  /** Takes a slab without free objects from the node's partial list. */
  protected retire(cache: Cache, slab: number): void {
    this.unlink(cache, slab)
    this.table.place[slab] = SlabPlace.FULL
  }

  /** free_to_partial_list(): a free to a cache with debug flags. */
  protected freeDebugged(cache: Cache, slab: number, index: number): void {
    const { table } = this
    const wasFull = table.free[slab] === 0
    table.nextFree[table.base[slab] + index] = table.free[slab]
    table.free[slab] = index + 1
    const isSurplus = table.live[slab] === 0 && cache.partialCount >= cache.minPartial
    if (wasFull && !isSurplus) this.link(cache, slab)
    else if (!wasFull && isSurplus) this.unlink(cache, slab)
    if (isSurplus) this.discard(cache, slab)
  }

  /**
   * A slab whose page was freed behind its back becomes another slab: the old one is out of service, its objects are
   * gone. (In the kernel both would go on in the same struct page.)
   */
  private forget(slab: number): void {
    const { table } = this
    const cache = this.caches[table.cache[slab]]
    for (let i = 0; i < table.objects[slab]; i++) {
      const slot = table.base[slab] + i
      const id = table.allocation[slot]
      table.allocation[slot] = 0
      if (id !== 0 && id !== QUARANTINED) {
        this.trace.delta(Field.OBJECT, (table.start[slab] + i * cache.stride) >>> 3, id, 0)
      }
    }
    // Until it is off every list it must not look empty: its pages are not its own any more.
    table.live[slab] = 1
    for (let cpu = 0; cpu < this.cpus; cpu++) {
      this.unfreezePartials(cache, cpu)
      if (cache.cpuSlab[cpu] !== slab) continue
      cache.cpuSlab[cpu] = -1
      cache.cpuFree[cpu] = 0
    }
    if (table.place[slab] === SlabPlace.NODE_PARTIAL) this.unlink(cache, slab)
    table.live[slab] = 0
    table.place[slab] = SlabPlace.GONE
    cache.slabs--
  }

  /** __slab_free(): a free to a slab that is not this cpu's. */
  protected freeSlow(cache: Cache, slab: number, index: number): void {
    const { table } = this
    const wasFull = table.free[slab] === 0
    table.nextFree[table.base[slab] + index] = table.free[slab]
    table.free[slab] = index + 1
    const place = table.place[slab]
    if (place === SlabPlace.FULL) {
      if (wasFull) this.putCpuPartial(cache, slab)
    } else if (place === SlabPlace.NODE_PARTIAL && table.live[slab] === 0 && cache.partialCount >= cache.minPartial) {
      this.unlink(cache, slab)
      this.discard(cache, slab)
    }
  }

  /** put_cpu_partial(): when the cpu has enough of them, its partial slabs move to the node first. */
  private putCpuPartial(cache: Cache, slab: number): void {
    if (cache.cpuPartialCount[this.cpu] >= cache.cpuPartialSlabs) this.unfreezePartials(cache, this.cpu)
    this.pushCpuPartial(cache, slab)
  }

  private pushCpuPartial(cache: Cache, slab: number): void {
    this.table.next[slab] = cache.cpuPartial[this.cpu]
    this.table.place[slab] = SlabPlace.CPU_PARTIAL
    cache.cpuPartial[this.cpu] = slab + 1
    cache.cpuPartialCount[this.cpu]++
  }

  /** __put_partials(): a cpu's partial slabs go to the node, surplus empty ones to the page allocator. */
  protected unfreezePartials(cache: Cache, cpu: number): void {
    const { table } = this
    let at = cache.cpuPartial[cpu]
    cache.cpuPartial[cpu] = 0
    cache.cpuPartialCount[cpu] = 0
    const empty: number[] = []
    while (at !== 0) {
      const slab = at - 1
      at = table.next[slab]
      if (table.live[slab] === 0 && cache.partialCount >= cache.minPartial) empty.push(slab)
      else this.link(cache, slab)
    }
    for (const slab of empty.reverse()) this.discard(cache, slab)
  }

  /**
   * deactivate_slab(): the cpu's slab goes back to the node, its freelist in front of what other cpus freed. Only a
   * slab that others freed to goes to the end of the list.
   */
  protected deactivate(cache: Cache, cpu: number, slab: number): void {
    const { table } = this
    const base = table.base[slab] - 1
    const freedByOthers = table.free[slab]
    const first = cache.cpuFree[cpu]
    if (first !== 0) {
      let last = first
      // At most `objects` steps: after a double free the list may be a circle.
      for (let i = 1; i < table.objects[slab] && table.nextFree[base + last] !== 0; i++)
        last = table.nextFree[base + last]
      table.nextFree[base + last] = freedByOthers
      table.free[slab] = first
    }
    cache.cpuFree[cpu] = 0
    cache.cpuSlab[cpu] = -1
    if (table.live[slab] === 0 && cache.partialCount >= cache.minPartial) this.discard(cache, slab)
    else if (table.free[slab] === 0) table.place[slab] = SlabPlace.FULL
    else if (freedByOthers === 0) this.linkFirst(cache, slab)
    else this.link(cache, slab)
  }

  /** Links a slab at the end of the node's partial list. */
  protected link(cache: Cache, slab: number): void {
    const { table } = this
    table.place[slab] = SlabPlace.NODE_PARTIAL
    table.next[slab] = 0
    table.prev[slab] = cache.partialLast
    if (cache.partialLast === 0) cache.partialFirst = slab + 1
    else table.next[cache.partialLast - 1] = slab + 1
    cache.partialLast = slab + 1
    cache.partialCount++
  }

  /** Links a slab in front of the node's partial list. */
  protected linkFirst(cache: Cache, slab: number): void {
    const { table } = this
    table.place[slab] = SlabPlace.NODE_PARTIAL
    table.prev[slab] = 0
    table.next[slab] = cache.partialFirst
    if (cache.partialFirst === 0) cache.partialLast = slab + 1
    else table.prev[cache.partialFirst - 1] = slab + 1
    cache.partialFirst = slab + 1
    cache.partialCount++
  }

  protected unlink(cache: Cache, slab: number): void {
    const { table } = this
    const after = table.next[slab]
    const before = table.prev[slab]
    if (before === 0) cache.partialFirst = after
    else table.next[before - 1] = after
    if (after === 0) cache.partialLast = before
    else table.prev[after - 1] = before
    cache.partialCount--
  }
}
