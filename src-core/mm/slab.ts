/**
 * SLUB: objects of one size on slabs of a few pages.
 *
 * Kernel: mm/slub.c, slab_alloc_node(), ___slab_alloc(), do_slab_free(), __slab_free(), put_cpu_partial(),
 * get_partial_node(), discard_slab(), __kmem_cache_do_shrink(), __kmem_cache_shutdown(); mm/slab_common.c,
 * find_mergeable().
 * Simplified: one node; the freelist lies in typed arrays (see slab-table.ts); an interior pointer given to a free is
 * refused (on a plain kernel it would corrupt the freelist); SLAB_* debug flags change the geometry, their bytes are
 * not written or checked; a TYPESAFE_BY_RCU slab goes back at once, not after a grace period.
 */
import { RefMode } from '../eras/era.ts'
import type { Frames } from '../machine/frames.ts'
import type { Memory } from '../machine/memory.ts'
import { AllocationKind, type AllocationKind as Kind } from '../trace/allocation-kind.ts'
import { Field, FrameKind, packUse, useAllocation } from '../trace/fields.ts'
import { Flag } from '../trace/ops.ts'
import type { MachineInfo } from '../trace/record.ts'
import type { TraceWriter } from '../trace/writer.ts'
import { Cache } from './cache.ts'
import { __GFP_COMP, __GFP_DMA, __GFP_DMA32, __GFP_HIGHMEM, __GFP_ZERO } from './gfp.ts'
import type { KernelReports } from './kernel-report.ts'
import type { PageAllocator } from './page-alloc.ts'
import { Quarantine } from './quarantine.ts'
import { MERGE_SAME, NEVER_MERGE, SLAB_CACHE_DMA, SLAB_CACHE_DMA32 } from './slab-flags.ts'
import { slabAlign, slabGeometry } from './slab-geometry.ts'
import { QUARANTINED, SlabPlace, SlabTable } from './slab-table.ts'

export class SlabCaches {
  /** Cpu that allocates and frees. */
  cpu = 0
  /** Every cache ever made; a cache's id is its index. */
  readonly caches: Cache[] = []
  readonly table = new SlabTable()
  readonly quarantine: Quarantine
  /** Slab id + 1 by first frame; 0 = no slab starts there. */
  protected readonly slabAt: Uint32Array
  protected readonly shift: number
  protected readonly pageSize: number
  /** Bytes of RAM: physical addresses are below. */
  protected readonly limit: number
  protected readonly debug: boolean
  private readonly cpus: number

  constructor(
    info: MachineInfo, protected readonly modes: Uint8Array, protected readonly frames: Frames,
    protected readonly memory: Memory, protected readonly pages: PageAllocator, protected readonly trace: TraceWriter,
    protected readonly reports: KernelReports,
  ) {
    this.slabAt = new Uint32Array(info.frames)
    this.shift = info.pageShift
    this.pageSize = 2 ** info.pageShift
    this.limit = info.frames * this.pageSize
    this.debug = info.debug
    this.cpus = info.cpus
    this.quarantine = new Quarantine(info.memory)
  }

  // ---- caches

  /**
   * kmem_cache_create(): id of the new cache, or of a compatible one that it was merged with. Records the
   * allocation (`trace.lastAllocation`).
   */
  createCache(name: string, size: number, align: number, flags: number, hasCtor: boolean): number {
    const merged = this.findMergeable(size, align, flags, hasCtor)
    const cache = merged ?? this.makeCache(name, size, align, flags, hasCtor, false)
    if (merged !== undefined) cache.handles++
    cache.allocation = this.trace.allocation(AllocationKind.CACHE, cache.id, size)
    return cache.id
  }

  protected makeCache(
    name: string, size: number, align: number, flags: number, hasCtor: boolean, kmalloc: boolean,
  ): Cache {
    const { pageSize } = this
    const geometry = slabGeometry(size, align, flags, hasCtor, pageSize, this.cpus, this.debug)
    const cache = new Cache(
      this.caches.length, name, size, flags, hasCtor, kmalloc, geometry, pageSize, this.cpus,
    )
    this.caches.push(cache)
    return cache
  }

  private findMergeable(size: number, align: number, flags: number, hasCtor: boolean): Cache | undefined {
    if (this.debug || hasCtor || (flags & NEVER_MERGE) !== 0) return undefined
    const rounded = Math.ceil(size / 8) * 8
    const wanted = slabAlign(flags, align, rounded)
    const stride = Math.ceil(rounded / wanted) * wanted
    // Kmalloc caches stay apart (hardened usercopy, memcg accounting).
    return this.caches.findLast((cache) => !cache.dead && !cache.kmalloc && !cache.hasCtor
      && (cache.flags & NEVER_MERGE) === 0 && (cache.flags & MERGE_SAME) === (flags & MERGE_SAME)
      && stride <= cache.stride && cache.stride % wanted === 0 && cache.stride - stride < 8)
  }

  /** kmem_cache_shrink(): empty slabs go back, the others stand by how full they are. */
  shrinkCache(id: number): void {
    const cache = this.caches[id]
    this.flush(cache)
    const { table } = this
    const kept: number[] = []
    for (let at = cache.partialFirst; at !== 0;) {
      const slab = at - 1
      at = table.next[slab]
      this.unlink(cache, slab)
      if (table.live[slab] === 0) this.discard(cache, slab)
      else kept.push(slab)
    }
    kept.sort((a, b) => table.live[b] - table.live[a])
    for (const slab of kept) this.link(cache, slab)
  }

  /**
   * kmem_cache_destroy(): LAST when the cache (or this handle of a merged one) is gone, FAILED and WARNED when
   * objects are left: then the cache is leaked.
   */
  destroyCache(id: number): number {
    const cache = this.caches[id]
    if (--cache.handles > 0) return Flag.LAST
    cache.dead = true
    this.shrinkCache(id)
    if (cache.slabs === 0) return Flag.LAST
    this.reports.add('bug', `BUG ${cache.name} (Not tainted): Objects remaining on __kmem_cache_shutdown()`)
    this.reports.add('warn', `kmem_cache_destroy ${cache.name}: Slab cache still has objects when called from `
      + `${this.reports.comm}`)
    return Flag.FAILED | Flag.WARNED
  }

  /** Takes every slab away from the cpus and every object of the cache out of the quarantine. */
  private flush(cache: Cache): void {
    this.emptyQuarantine(cache)
    for (let cpu = 0; cpu < this.cpus; cpu++) {
      const slab = cache.cpuSlab[cpu]
      if (slab >= 0) this.deactivate(cache, cpu, slab)
      this.unfreezePartials(cache, cpu)
    }
  }

  // ---- objects

  /** kmem_cache_alloc(): physical address of an object with a new allocation, or -1. */
  cacheAlloc(id: number, gfp: number): number {
    const cache = this.caches[id]
    return this.allocObject(cache, gfp, AllocationKind.CACHE_OBJECT, cache.objectSize)
  }

  /** kmem_cache_free(): the object goes back to the cache it is from, whatever cache was given. */
  cacheFree(_id: number, phys: number): number {
    if (phys >= this.limit) return Flag.WILD | Flag.FAULT
    const slab = this.slabAt[this.frames.headOf(phys >>> this.shift)]
    return slab === 0 ? Flag.WILD | Flag.FAULT : this.freeObject(slab - 1, phys)
  }

  /** Takes an object from the cpu's freelist, wherever that has to come from. -1 = no memory. */
  protected allocObject(cache: Cache, gfp: number, kind: Kind, size: number): number {
    const { cpu, table, trace } = this
    let index = cache.cpuFree[cpu]
    if (index === 0) {
      index = this.allocSlow(cache, gfp)
      if (index === 0) return -1
    }
    const slab = cache.cpuSlab[cpu]
    const slot = table.base[slab] + index - 1
    cache.cpuFree[cpu] = table.nextFree[slot]
    const phys = table.start[slab] + (index - 1) * cache.stride
    const id = trace.allocation(kind, phys, size)
    const old = table.allocation[slot]
    table.allocation[slot] = id
    if (old === 0) table.live[slab]++
    trace.delta(Field.OBJECT, phys >>> 3, old, id)
    if ((gfp & __GFP_ZERO) !== 0) this.memory.fill(phys, cache.objectSize, 0)
    return phys
  }

  /** ___slab_alloc(): gives the cpu a slab with free objects; returns index + 1 of the first, 0 = no memory. */
  private allocSlow(cache: Cache, gfp: number): number {
    const { cpu, table } = this
    let slab = cache.cpuSlab[cpu]
    if (slab >= 0) {
      // Objects that other cpus freed meanwhile.
      const freed = table.free[slab]
      if (freed !== 0) {
        table.free[slab] = 0
        return freed
      }
      table.place[slab] = SlabPlace.FULL
      cache.cpuSlab[cpu] = -1
    }
    slab = this.takeCpuPartial(cache)
    if (slab < 0) slab = this.takeNodePartial(cache)
    if (slab < 0) slab = this.newSlab(cache, gfp)
    if (slab < 0) return 0
    cache.cpuSlab[cpu] = slab
    table.place[slab] = SlabPlace.CPU
    const first = table.free[slab]
    table.free[slab] = 0
    return first
  }

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

  /** allocate_slab(): pages for a new slab, its objects linked in ascending order. */
  private newSlab(cache: Cache, gfp: number): number {
    const zone = (cache.flags & SLAB_CACHE_DMA) !== 0 ? __GFP_DMA : (cache.flags & SLAB_CACHE_DMA32) !== 0 ? __GFP_DMA32 : 0
    const mask = (gfp & ~(__GFP_ZERO | __GFP_HIGHMEM | __GFP_DMA | __GFP_DMA32)) | zone | __GFP_COMP
    const pfn = this.pages.take(cache.order, mask)
    if (pfn < 0) return -1
    const { table } = this
    const id = this.trace.allocation(AllocationKind.SLAB, pfn, 1 << (cache.order + this.shift))
    this.pages.prepare(pfn, cache.order, mask, packUse(FrameKind.SLAB, id))
    this.frames.setSlab(pfn, cache.id + 1)
    const slab = cache.idle.pop() ?? table.add(cache.objects)
    table.pfn[slab] = pfn
    table.cache[slab] = cache.id
    table.start[slab] = pfn * this.pageSize + cache.firstObject
    table.free[slab] = 1
    table.live[slab] = 0
    const base = table.base[slab]
    for (let i = 0; i < cache.objects; i++) {
      table.nextFree[base + i] = i + 1 === cache.objects ? 0 : i + 2
      table.allocation[base + i] = 0
    }
    this.slabAt[pfn] = slab + 1
    cache.slabs++
    return slab
  }

  /** Frees the object of a slab that starts at `phys`. LAST: it was allocated. WILD: no object starts there. */
  protected freeObject(slab: number, phys: number): number {
    const { table, trace } = this
    const cache = this.caches[table.cache[slab]]
    const offset = phys - table.start[slab]
    const index = (offset / cache.stride) | 0
    if (offset < 0 || index * cache.stride !== offset || index >= cache.objects) return this.refuseFree('invalid-free')
    const slot = table.base[slab] + index
    const id = table.allocation[slot]
    if (this.debug) return this.quarantineObject(cache, slot, phys, id)
    if (id !== 0) {
      table.allocation[slot] = 0
      table.live[slab]--
      trace.delta(Field.OBJECT, phys >>> 3, id, 0)
    }
    // A double free is not noticed: the object is linked again and the freelist has a cycle.
    const { cpu } = this
    if (cache.cpuSlab[cpu] === slab) {
      table.nextFree[slot] = cache.cpuFree[cpu]
      cache.cpuFree[cpu] = index + 1
    } else {
      this.freeSlow(cache, slab, index)
    }
    return id === 0 ? 0 : Flag.LAST
  }

  private refuseFree(what: string): number {
    if (!this.debug) return Flag.WILD
    this.reports.add('bug', `BUG: KASAN: ${what} in ${this.reports.comm}`)
    return what === 'invalid-free' ? Flag.WILD | Flag.WARNED : Flag.WARNED
  }

  /** With KASAN a freed object is kept back; freeing it again is reported and does nothing. */
  private quarantineObject(cache: Cache, slot: number, phys: number, id: number): number {
    if (id === 0 || id === QUARANTINED) return this.refuseFree('double-free')
    this.table.allocation[slot] = QUARANTINED
    this.trace.delta(Field.OBJECT, phys >>> 3, id, 0)
    const { quarantine } = this
    quarantine.push(phys, cache.stride)
    while (quarantine.bytes > quarantine.limit) this.releaseOldest()
    return Flag.LAST
  }

  private releaseOldest(): void {
    const phys = this.quarantine.shift()
    const slab = this.slabAt[this.frames.headOf(phys >>> this.shift)] - 1
    if (slab < 0) return
    this.quarantine.bytes -= this.caches[this.table.cache[slab]].stride
    this.releaseObject(slab, phys)
  }

  /** Puts an object that was in the quarantine on its freelist. */
  private releaseObject(slab: number, phys: number): void {
    const { table } = this
    const cache = this.caches[table.cache[slab]]
    const index = ((phys - table.start[slab]) / cache.stride) | 0
    const slot = table.base[slab] + index
    if (table.allocation[slot] !== QUARANTINED) return
    table.allocation[slot] = 0
    table.live[slab]--
    if (cache.cpuSlab[this.cpu] === slab) {
      table.nextFree[slot] = cache.cpuFree[this.cpu]
      cache.cpuFree[this.cpu] = index + 1
    } else {
      this.freeSlow(cache, slab, index)
    }
  }

  private emptyQuarantine(cache: Cache): void {
    const { quarantine, table } = this
    for (let left = quarantine.length; left > 0; left--) {
      const phys = quarantine.shift()
      const slab = this.slabAt[this.frames.headOf(phys >>> this.shift)] - 1
      if (slab < 0) continue
      const owner = this.caches[table.cache[slab]]
      quarantine.bytes -= owner.stride
      if (owner === cache) this.releaseObject(slab, phys)
      else quarantine.push(phys, owner.stride)
    }
  }

  /** __slab_free(): a free to a slab that is not this cpu's. */
  private freeSlow(cache: Cache, slab: number, index: number): void {
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
  private unfreezePartials(cache: Cache, cpu: number): void {
    const { table } = this
    let at = cache.cpuPartial[cpu]
    cache.cpuPartial[cpu] = 0
    cache.cpuPartialCount[cpu] = 0
    while (at !== 0) {
      const slab = at - 1
      at = table.next[slab]
      if (table.live[slab] === 0 && cache.partialCount >= cache.minPartial) this.discard(cache, slab)
      else this.link(cache, slab)
    }
  }

  /** deactivate_slab(): the cpu's slab and freelist go back to the node. */
  private deactivate(cache: Cache, cpu: number, slab: number): void {
    const { table } = this
    const base = table.base[slab]
    // At most `objects` steps: after a double free the list may be a circle.
    for (let i = 0; i < cache.objects && cache.cpuFree[cpu] !== 0; i++) {
      const first = cache.cpuFree[cpu]
      cache.cpuFree[cpu] = table.nextFree[base + first - 1]
      table.nextFree[base + first - 1] = table.free[slab]
      table.free[slab] = first
    }
    cache.cpuFree[cpu] = 0
    cache.cpuSlab[cpu] = -1
    if (table.live[slab] === 0 && cache.partialCount >= cache.minPartial) this.discard(cache, slab)
    else if (table.free[slab] !== 0) this.link(cache, slab)
    else table.place[slab] = SlabPlace.FULL
  }

  /** Links a slab at the end of the node's partial list. */
  private link(cache: Cache, slab: number): void {
    const { table } = this
    table.place[slab] = SlabPlace.NODE_PARTIAL
    table.next[slab] = 0
    table.prev[slab] = cache.partialLast
    if (cache.partialLast === 0) cache.partialFirst = slab + 1
    else table.next[cache.partialLast - 1] = slab + 1
    cache.partialLast = slab + 1
    cache.partialCount++
  }

  private unlink(cache: Cache, slab: number): void {
    const { table } = this
    const after = table.next[slab]
    const before = table.prev[slab]
    if (before === 0) cache.partialFirst = after
    else table.next[before - 1] = after
    if (after === 0) cache.partialLast = before
    else table.prev[after - 1] = before
    cache.partialCount--
  }

  /**
   * discard_slab(): the pages go back. Where slab pages are counted this drops one count: a page that somebody else
   * holds stays allocated, without a type, until the last put.
   */
  private discard(cache: Cache, slab: number): void {
    const { table, frames } = this
    const pfn = table.pfn[slab]
    const frameCount = 1 << cache.order
    table.place[slab] = SlabPlace.GONE
    cache.idle.push(slab)
    cache.slabs--
    this.slabAt[pfn] = 0
    frames.setSlab(pfn, 0)
    if (this.modes[FrameKind.SLAB] !== RefMode.COUNTED) {
      this.pages.freeUnref(pfn, cache.order)
      return
    }
    const use = frames.use[pfn]
    if (this.pages.freePages(pfn, cache.order) !== 0 || frames.use[pfn] !== use) return
    for (let i = pfn; i < pfn + frameCount; i++) frames.setUse(i, packUse(FrameKind.PAGE, useAllocation(use)))
  }

  // ---- queries

  /** Id of the allocation of the object that holds this address; 0 = free, or no slab. */
  allocationAt(phys: number): number {
    const slot = this.slotAt(phys)
    if (slot < 0) return 0
    const id = this.table.allocation[slot]
    return id === QUARANTINED ? 0 : id
  }

  /** Where the object that holds this address starts; -1 = no slab, or between objects. */
  objectAt(phys: number): number {
    const slab = this.slabOf(phys)
    if (slab < 0) return -1
    const { stride } = this.caches[this.table.cache[slab]]
    const start = this.table.start[slab]
    return this.slotAt(phys) < 0 ? -1 : start + Math.floor((phys - start) / stride) * stride
  }

  /** Id of the cache whose slab holds this address; -1 = no slab. */
  cacheAt(phys: number): number {
    const slab = this.slabOf(phys)
    return slab < 0 ? -1 : this.table.cache[slab]
  }

  /** PageSlab() of the head of a page. */
  isSlab(pfn: number): boolean {
    return this.frames.slab[this.frames.headOf(pfn)] !== 0
  }

  protected slabOf(phys: number): number {
    return phys < this.limit ? this.slabAt[this.frames.headOf(phys >>> this.shift)] - 1 : -1
  }

  private slotAt(phys: number): number {
    const slab = this.slabOf(phys)
    if (slab < 0) return -1
    const cache = this.caches[this.table.cache[slab]]
    const offset = phys - this.table.start[slab]
    const index = (offset / cache.stride) | 0
    return offset < 0 || index >= cache.objects ? -1 : this.table.base[slab] + index
  }
}
