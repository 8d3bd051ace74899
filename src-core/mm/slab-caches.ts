/**
 * Caches: kmem_cache_create() to kmem_cache_destroy().
 *
 * Kernel: mm/slab_common.c, find_mergeable(), kmem_cache_destroy(); mm/slub.c, __kmem_cache_do_shrink(),
 * __kmem_cache_shutdown().
 */
import { AllocationKind } from '../trace/allocation-kind.ts'
import { Flag } from '../trace/ops.ts'
import { Cache } from './cache.ts'
import { MERGE_SAME, NEVER_MERGE, SLAB_CONSISTENCY_CHECKS, SLAB_DEBUG_FLAGS } from './slab-flags.ts'
import { alignUp, slabAlign, slabGeometry } from './slab-geometry.ts'
import { SlabObjects } from './slab.ts'

/** What a new slab holds. */
export interface NewObjects {
  readonly cache: number
  /** First frame of the slab, and the allocation of its pages. */
  readonly pfn: number
  readonly allocation: number
  /** Where each object starts. */
  readonly phys: readonly number[]
}

/** Slabs with up to so many free objects are sorted by kmem_cache_shrink(). */
const SHRINK_PROMOTE_MAX = 32

export class SlabCaches extends SlabObjects {
  /** virt_to_cache() warns once. */
  private warnedOfPage = false
  /** A cache with a debug flag was made (the static key `slub_debug_enabled`). */
  private slubDebug = false

  /**
   * kmem_cache_create(): id of the new cache, or of a compatible one that it was merged with. Records the
   * allocation (`trace.lastAllocation`). -1: an object is larger than the largest block of pages.
   */
  createCache(name: string, size: number, align: number, flags: number, hasCtor: boolean): number {
    if ((flags & SLAB_DEBUG_FLAGS) !== 0) this.slubDebug = true
    const merged = this.findMergeable(size, align, flags, hasCtor)
    if (merged === undefined && !this.fits(name, size, align, flags, hasCtor)) return -1
    const cache = merged ?? this.makeCache(name, size, align, flags, hasCtor, false)
    if (merged !== undefined) cache.merge(size, this.machine.word)
    cache.held++
    cache.allocation = this.trace.allocation(AllocationKind.CACHE, cache.id, size)
    return cache.id
  }

  /** False, and told, if no slab can hold one object: kmem_cache_sanity_check() of DEBUG_VM, calculate_order(). */
  private fits(name: string, size: number, align: number, flags: number, hasCtor: boolean): boolean {
    const { machine, slubDebug } = this
    const { order } = slabGeometry(machine, { objectSize: size, align, flags, hasCtor, slubDebug })
    if (size <= machine.pageSize << machine.maxOrder && order <= machine.maxOrder) return true
    if (this.info.debug && size > machine.pageSize << machine.maxOrder)
      this.reports.print('bug', `kmem_cache_create(${name}) integrity check failed`)
    this.reports.print('warn', `__kmem_cache_create_args(${name}) failed with error -22`)
    return false
  }

  protected makeCache(
    name: string,
    size: number,
    align: number,
    flags: number,
    hasCtor: boolean,
    kmalloc: boolean,
  ): Cache {
    const { pageSize, slubDebug } = this
    const geometry = slabGeometry(this.machine, { objectSize: size, align, flags, hasCtor, slubDebug })
    const cache = new Cache(this.caches.length, name, size, flags, hasCtor, kmalloc, geometry, pageSize, this.cpus)
    this.caches.push(cache)
    return cache
  }

  /** Makes the kmalloc caches that a cache with these flags can merge with. */
  protected needFamilies(_flags: number): void {}

  private findMergeable(size: number, align: number, flags: number, hasCtor: boolean): Cache | undefined {
    if (this.kasan || hasCtor || (flags & NEVER_MERGE) !== 0) return undefined
    this.needFamilies(flags)
    const { word } = this.machine
    const rounded = alignUp(size, word)
    const wanted = slabAlign(flags, align, rounded, word)
    const stride = alignUp(rounded, wanted)
    // The oldest first, those of kmalloc() among them (no hardened usercopy, no memory cgroups).
    return this.caches.find(
      (cache) =>
        !cache.dead &&
        !cache.hasCtor &&
        (cache.flags & NEVER_MERGE) === 0 &&
        (cache.flags & MERGE_SAME) === (flags & MERGE_SAME) &&
        stride <= cache.stride &&
        (cache.stride & -wanted) === cache.stride &&
        cache.stride - stride < word,
    )
  }

  /**
   * kmem_cache_shrink(): empty slabs go back; of the others those with few free objects come first, the fewer the
   * earlier, and of as many free objects the later one. Returns 1 if slabs are left.
   */
  shrinkCache(id: number): number {
    const cache = this.caches[id]
    this.flush(cache)
    const { table } = this
    const promoted: number[][] = Array.from({ length: SHRINK_PROMOTE_MAX }, () => [])
    const others: number[] = []
    const empty: number[] = []
    for (let at = cache.partialFirst; at !== 0;) {
      const slab = at - 1
      at = table.next[slab]
      this.unlink(cache, slab)
      const free = table.objects[slab] - table.live[slab]
      if (table.live[slab] === 0) empty.push(slab)
      else if (free <= SHRINK_PROMOTE_MAX) promoted[Math.max(0, free - 1)]!.unshift(slab)
      else others.push(slab)
    }
    for (const slab of [...promoted.flat(), ...others]) this.link(cache, slab)
    for (const slab of empty.reverse()) this.discard(cache, slab)
    return cache.slabs > 0 ? 1 : 0
  }

  /**
   * kmem_cache_destroy(): LAST when the cache (or this handle of a merged one) is gone, FAILED and WARNED when
   * objects are left: then the cache is leaked. FAILED alone: it was destroyed before; KASAN stops the call, without
   * it the count becomes -1, which is not 0. (Left out: a count that another cache has there by now.)
   */
  destroyCache(id: number): number {
    const cache = this.caches[id]
    if (cache.held === 0) return Flag.FAILED
    cache.held--
    if (--cache.handles > 0) return Flag.LAST
    cache.dead = true
    this.shrinkCache(id)
    // rcu_barrier()
    this.gracePeriodEnded()
    if (cache.slabs === 0) return Flag.LAST
    cache.leaked = true
    this.reports.add('bug', `BUG ${cache.name} (Not tainted): Objects remaining on __kmem_cache_shutdown()`)
    this.reports.add(
      'warn',
      `kmem_cache_destroy ${cache.name}: Slab cache still has objects when called from ` + `${this.reports.comm}`,
    )
    return Flag.FAILED | Flag.WARNED
  }

  /** True if the program gave up every handle that it had of a cache, and the last destroy did not leak it. */
  isDestroyed(id: number): boolean {
    const cache = this.caches[id]
    return cache.held === 0 && !cache.leaked
  }

  /**
   * A destroyed cache is asked for an object, or to shrink. True if the kernel stops at it: with KASAN the quarantine
   * wrote over the address of its per-cpu part; without, it has no node where a new slab could be counted. One that is
   * still there under another name goes on. (Left out: the struct may have become another cache by now.)
   */
  stopsAtDestroyed(id: number, isShrink: boolean): boolean {
    return this.kasan || (this.caches[id].dead && !isShrink)
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

  /**
   * For a cache with a constructor: gives the cpu a slab with free objects before one is taken from it, so that the
   * caller can call the constructor for those of a new slab (`newObjects`). False: no memory.
   */
  provide(id: number, gfp: number): boolean {
    const cache = this.caches[id]
    if (cache.debugged) return this.debuggedSlab(cache, gfp) >= 0
    if (cache.cpuFree[this.cpu] === 0) cache.cpuFree[this.cpu] = this.allocSlow(cache, gfp)
    return cache.cpuFree[this.cpu] !== 0
  }

  /** The objects of a new slab that no constructor has seen yet, in the order of its freelist; null = there is none. */
  newObjects(): NewObjects | null {
    const slab = this.newest
    if (slab < 0) return null
    this.newest = -1
    const { table } = this
    const { id, stride } = this.caches[table.cache[slab]]
    const phys = Array.from({ length: table.objects[slab] }, (_, i) => table.start[slab] + i * stride)
    return { cache: id, pfn: table.pfn[slab], allocation: this.pages.allocationAt(table.pfn[slab]), phys }
  }

  /**
   * kmem_cache_alloc(): physical address of an object with a new allocation, or -1. `size` is what the handle was made
   * for, which is less than `object_size` of a cache that was merged with one of larger objects.
   */
  cacheAlloc(id: number, gfp: number, size = this.caches[id].objectSize): number {
    return this.allocObject(this.caches[id], gfp, AllocationKind.CACHE_OBJECT, size)
  }

  /**
   * kmem_cache_free(): the object goes back to the slab it is from, whatever cache was given. One of another cache is
   * told if the cache given has consistency checks (cache_from_obj()), and is freed to its own then; else its slab is
   * never the one that the cpu has for the cache given. With these checks memory that is no slab at all is told once
   * (virt_to_cache()), and left alone; without them the kernel faults.
   */
  cacheFree(id: number, phys: number): number {
    if (phys >= this.limit) return Flag.WILD | Flag.FAULT
    const slab = this.slabAt[this.frames.headOf(phys >>> this.shift)]
    const given = this.caches[id]
    if (slab === 0) return (given.flags & SLAB_CONSISTENCY_CHECKS) === 0 ? Flag.WILD | Flag.FAULT : this.noSlabPage()
    const own = this.caches[this.table.cache[slab - 1]]
    if (given === own) return this.freeObject(slab - 1, phys)
    if ((given.flags & SLAB_CONSISTENCY_CHECKS) === 0) return this.freeObject(slab - 1, phys, true)
    this.reports.add('warn', `cache_from_obj: Wrong slab cache. ${given.name} but object is from ${own.name}`)
    return this.freeObject(slab - 1, phys) | Flag.WARNED
  }

  private noSlabPage(): number {
    if (this.warnedOfPage) return Flag.FAILED
    this.warnedOfPage = true
    this.reports.add('warn', 'virt_to_cache: Object is not a Slab page!')
    return Flag.FAILED | Flag.WARNED
  }
}
