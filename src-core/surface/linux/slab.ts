/** linux/slab.h: kmalloc and slab caches. Follows mm/slub.c and mm/slab_common.c at v6.12. */
import { Flag, KindFlag, NO_SUBJECT, Op } from '../../trace/ops.ts'
import { __GFP_ZERO, maySleep } from '../../mm/gfp.ts'
import * as slabFlags from '../../mm/slab-flags.ts'
import { callUser, Driven, type Steps } from '../../sched/driven.ts'
import { kmem_cache } from '../handles/cache.ts'
import { Ptr } from '../handles/pointer.ts'
import type { RunHost } from '../run-host.ts'
import type { Site, Surface } from '../surface.ts'

/** Address that ZERO_SIZE_PTR stands for; kfree() of it does nothing. */
const ZERO_SIZE = 16
/** Largest number that a size of kmem_cache_create() can be (unsigned int). */
const UINT_MAX = 2 ** 32 - 1

export function linuxSlab(s: Surface, host: RunHost) {
  const { trace, kernel, failures, access } = s
  const { slab, vmalloc } = kernel
  const { memory } = kernel.config
  /** One more than SIZE_MAX. */
  const sizeLimit = kernel.info.arch === 'i386-highmem' ? 2 ** 32 : 2 ** 64

  function allocate(site: Site, kind: number, size: number, flags: number): Ptr | null {
    trace.begin(site)
    return allocateBegun(site, kind, size, flags)
  }

  /** `allocate` whose record is open. */
  function allocateBegun(site: Site, kind: number, size: number, flags: number): Ptr | null {
    if (typeof size !== 'number' || !(size >= 0) || size % 1 !== 0) size = s.integer(size, 'size', 0, 2 ** 53)
    if (size === 0) {
      s.done(kind, 0, NO_SUBJECT, 0, flags, 0)
      return s.zeroSize
    }
    const refused = failures.armed && failures.take(kind)
    const phys = refused ? -1 : slab.kmalloc(size, flags)
    if (phys < 0) {
      if (!refused && s.reclaim.helps()) {
        s.abandon()
        return s.reclaim.again(site, () => allocate(site, kind, size, flags))
      }
      s.done(kind, 0, NO_SUBJECT, size | 0, flags, Flag.FAILED)
      return null
    }
    const allocation = trace.lastAllocation
    s.done(kind, allocation, phys, size, flags, 0)
    return access.linear(phys, allocation, phys)
  }

  /** Rows for what SLUB's debugging printed in the call that has ended, and its lines in the kernel log. */
  function told(site: Site): void {
    for (const { phys, text } of kernel.reports.aboutObjects.splice(0)) {
      trace.begin(site)
      for (const line of text.split('\n')) s.log.line('err', line)
      s.done(Op.slub_report, 0, phys, s.log.string(text), 0, 0)
    }
  }

  /** Bytes of an array: the kernel's size_t, which fails when it is too large. */
  /** `allocate` for an array; a product that overflows size_t is no memory, without a word. */
  function allocateArray(site: Site, kind: number, n: number, size: number, flags: number): Ptr | null {
    const bytes = s.integer(n, 'n', 0, 2 ** 53, true) * s.integer(size, 'size', 0, 2 ** 53, true)
    if (bytes < sizeLimit) return allocate(site, kind, bytes, flags)
    trace.begin(site)
    s.done(kind, 0, NO_SUBJECT, -1, flags, Flag.FAILED)
    return null
  }

  /** ZERO_SIZE_PTR or below; the address itself is only made for what is no linear address. */
  const isZeroSize = (p: Ptr): boolean => s.physOf(p) < 0 && p.addr <= BigInt(ZERO_SIZE)

  /** kfree: what the pointer's provenance names, and what the address really is, both go into the record. */
  function free(kind: number, p: Ptr): void {
    const phys = s.physOf(p)
    const allocation = Ptr.allocation(p)
    const offset = Ptr.offset(p) - Ptr.base(p)
    if (phys >= 0) {
      s.done(kind, allocation, phys, offset, 0, slab.kfree(phys))
      if (kernel.reports.aboutObjects.length > 0) told(trace.lastSite)
      return
    }
    const vpage = s.vpageOf(p)
    s.done(
      kind,
      allocation,
      vpage >= 0 ? vpage : NO_SUBJECT,
      offset,
      0,
      Flag.FAULT | (vpage >= 0 ? Flag.VMALLOC : Flag.WILD),
    )
  }

  function freeVmalloc(site: Site, kind: number, p: Ptr): void {
    const isLater = s.deferredVfree.inInterrupt()
    const vpage = s.vpageOf(p)
    if (isLater) s.deferredVfree.put(host, site, p, vpage)
    const flags = (isLater ? 0 : vmalloc.free(vpage)) | Flag.VMALLOC
    s.done(kind, Ptr.allocation(p), vpage, Ptr.offset(p) - Ptr.base(p), 0, flags)
  }

  function kvAllocate(site: Site, kind: number, size: number, flags: number): Ptr | null {
    trace.begin(site)
    const bytes = s.integer(size, 'size', 0, 2 ** 40)
    if (bytes === 0) {
      s.done(kind, 0, NO_SUBJECT, 0, flags, 0)
      return s.zeroSize
    }
    const refused = failures.armed && failures.take(kind)
    const at = refused ? -1 : vmalloc.kvmalloc(bytes, flags)
    if (at < 0) {
      if (!refused && s.reclaim.helps()) {
        s.abandon()
        return s.reclaim.again(site, () => kvAllocate(site, kind, size, flags))
      }
      s.done(kind, 0, NO_SUBJECT, bytes | 0, flags, Flag.FAILED)
      return null
    }
    const allocation = trace.lastAllocation
    const inVmalloc = vmalloc.kvIsVmalloc
    s.done(kind, allocation, at, bytes, flags, inVmalloc ? Flag.VMALLOC : 0)
    return inVmalloc ? access.vmalloc(at * s.pageSize, allocation, at * s.pageSize) : access.linear(at, allocation, at)
  }

  function kvAllocateArray(site: Site, kind: number, n: number, size: number, flags: number): Ptr | null {
    const bytes = s.integer(n, 'n', 0, 2 ** 53, true) * s.integer(size, 'size', 0, 2 ** 53, true)
    if (bytes < Math.min(sizeLimit, 2 ** 40)) return kvAllocate(site, kind, bytes, flags)
    trace.begin(site)
    s.done(kind, 0, NO_SUBJECT, -1, flags, Flag.FAILED)
    return null
  }

  /** What kmemdup() does with the memory it was given. */
  function filled(site: Site, to: Ptr | null, src: Ptr, len: number): Ptr | null {
    if (to !== null && len > 0) access.memcpy(site, to, src, len)
    return to
  }

  /** Caches by id: those that merged are one. */
  const caches = new Map<number, kmem_cache>()
  const constructors = new WeakMap<kmem_cache, (p: Ptr) => void>()

  /**
   * setup_object(): the constructor of a cache is called for each object of a slab that was just made, in the order in
   * which they will be handed out. None of them is allocated: a pointer to one names no object. The record is open; it
   * ends here and another begins if there was such a slab.
   */
  function construct(site: Site, ctor: (p: Ptr) => void): void {
    const made = slab.newObjects()
    if (made === null) return
    s.done(Op.new_slab, made.allocation, made.pfn, made.phys.length, made.cache, 0)
    for (const phys of made.phys) host.drive(callUser(ctor, [access.linear(phys, 0, phys)]))
    trace.begin(site)
  }

  function cacheAllocate(site: Site, kind: number, cache: kmem_cache, flags: number): Ptr | null {
    trace.begin(site)
    const id = cacheId(cache, kind)
    const stale = slab.isDestroyed(id) ? KindFlag.DESTROYED : 0
    if (stale !== 0 && slab.stopsAtDestroyed(id, false)) {
      s.done(kind, 0, NO_SUBJECT, id, flags, Flag.FAILED | stale | Flag.FAULT)
      return null
    }
    const refused = failures.armed && failures.take(kind)
    const ctor = constructors.get(cache)
    const isRefused = refused || (ctor !== undefined && !slab.provide(id, flags))
    if (ctor !== undefined) construct(site, ctor)
    const phys = isRefused ? -1 : slab.cacheAlloc(id, flags, kmem_cache.size(cache))
    if (phys < 0) {
      if (!refused && s.reclaim.helps()) {
        s.abandon()
        return s.reclaim.again(site, () => cacheAllocate(site, kind, cache, flags))
      }
      s.done(kind, 0, NO_SUBJECT, id, flags, Flag.FAILED | stale)
      return null
    }
    const allocation = trace.lastAllocation
    s.done(kind, allocation, phys, id, flags, stale)
    if (kernel.reports.aboutObjects.length > 0) told(site)
    if (ctor !== undefined) {
      // A damaged slab was replaced by a new one in the middle of the call.
      trace.begin(site)
      construct(site, ctor)
      s.abandon()
    }
    return access.linear(phys, allocation, phys)
  }

  function cacheId(cache: kmem_cache, kind: number): number {
    if (kmem_cache.is(cache)) return kmem_cache.id(cache)
    if (cache === null || cache === undefined) s.pointer(null, kind)
    throw s.wrongType(kind, 'a cache made by kmem_cache_create')
  }

  function reallocate(site: Site, p: Ptr | null, new_size: number, flags: number): Ptr | null {
    trace.begin(site)
    const size = s.integer(new_size, 'new_size', 0, 2 ** 40)
    const old = s.pointerOrNull(p, Op.krealloc)
    const oldAllocation = old === null ? 0 : Ptr.allocation(old)
    if (size === 0) {
      const result = old === null || isZeroSize(old) ? 0 : slab.kfree(s.physOf(old))
      s.done(Op.krealloc, 0, old === null ? NO_SUBJECT : s.physOf(old) >>> 0, 0, oldAllocation, result)
      return s.zeroSize
    }
    const from = old === null || isZeroSize(old) ? -1 : s.physOf(old)
    if (from >= 0 && !slab.isAccessible(from)) {
      s.done(Op.krealloc, 0, from, size, oldAllocation, Flag.FAILED | Flag.WARNED)
      return null
    }
    const refused = failures.armed && failures.take(Op.krealloc)
    const mayWait = maySleep(flags) ? KindFlag.SLEEPS : 0
    const phys = refused ? -1 : from < 0 ? slab.kmalloc(size, flags) : slab.krealloc(from, size, flags)
    if (phys < 0) {
      if (!refused && s.reclaim.helps()) {
        s.abandon()
        return s.reclaim.again(site, () => reallocate(site, p, new_size, flags))
      }
      s.done(Op.krealloc, 0, NO_SUBJECT, size, oldAllocation, Flag.FAILED | mayWait)
      return null
    }
    const allocation = phys === from ? oldAllocation : trace.lastAllocation
    s.done(Op.krealloc, allocation, phys, size, oldAllocation, phys === from ? 0 : mayWait)
    return access.linear(phys, allocation, phys)
  }

  return {
    steps: {
      /**
       * Allocates `size` bytes from the slab caches (above 8 KiB: whole pages).
       *
       * Owner: the caller, until `kfree(p)`. The object has no reference count: the slab it lies in may live on, the
       * object does not. Sleeps: if `flags` allows direct reclaim.
       * @returns a pointer; ZERO_SIZE_PTR for size 0; null if there is no memory
       */
      kmalloc(site: Site, size: number, flags: number): Ptr | null {
        const mask = s.gfp(flags)
        trace.begin(site)
        // A size that is no whole number is never right; `allocateBegun` says so.
        const phys =
          failures.armed || typeof size !== 'number' || (size | 0) !== size ? -1 : slab.kmallocSingle(size, mask)
        if (phys < 0) return allocateBegun(site, Op.kmalloc, size, mask)
        const allocation = trace.lastAllocation
        s.done(Op.kmalloc, allocation, phys, size, mask, 0)
        return access.linear(phys, allocation, phys)
      },
      /** `kmalloc` filled with zeroes. */
      kzalloc(site: Site, size: number, flags: number): Ptr | null {
        return allocate(site, Op.kzalloc, size, s.gfp(flags) | __GFP_ZERO)
      },
      /** An array of `n` zeroed elements of `size` bytes; null if the product overflows or there is no memory. */
      kcalloc(site: Site, n: number, size: number, flags: number): Ptr | null {
        return allocateArray(site, Op.kcalloc, n, size, s.gfp(flags) | __GFP_ZERO)
      },
      /** An array of `n` elements of `size` bytes; null if the product overflows or there is no memory. */
      kmalloc_array(site: Site, n: number, size: number, flags: number): Ptr | null {
        return allocateArray(site, Op.kmalloc_array, n, size, s.gfp(flags))
      },
      /**
       * Resizes an allocation. The result may lie elsewhere: then the old memory is freed and every pointer into it is
       * stale. On failure (null) the old memory still belongs to the caller. Size 0 frees; `p` null allocates.
       */
      krealloc(site: Site, p: Ptr | null, new_size: number, flags: number): Ptr | null {
        return reallocate(site, p, new_size, s.gfp(flags))
      },
      /**
       * Frees what kmalloc and friends allocated. Null and ZERO_SIZE_PTR do nothing. Owner: the caller gives the object
       * up. Never sleeps.
       */
      kfree(site: Site, p: Ptr | null): void {
        trace.begin(site)
        const phys = Ptr.linear(p, memory)
        if (phys >= 0) {
          if (!slab.kfreeSingle(phys)) return free(Op.kfree, p!)
          return s.done(Op.kfree, Ptr.allocation(p!), phys, phys - Ptr.base(p!), 0, Flag.LAST)
        }
        const pointer = s.pointerOrNull(p, Op.kfree)
        if (pointer === null || isZeroSize(pointer)) return s.done(Op.kfree, 0, NO_SUBJECT, 0, 0, Flag.NULL)
        free(Op.kfree, pointer)
      },
      /** `kfree` after the bytes were overwritten with zeroes. Null does nothing. */
      kfree_sensitive(site: Site, p: Ptr | null): void {
        trace.begin(site)
        const pointer = s.pointerOrNull(p, Op.kfree)
        if (pointer === null || isZeroSize(pointer)) return s.done(Op.kfree, 0, NO_SUBJECT, 0, 0, Flag.NULL)
        const phys = s.physOf(pointer)
        // All of the object, also what lies behind the bytes that were asked for: no access of the program.
        const bytes = phys < 0 || !slab.isAccessible(phys) ? 0 : slab.ksize(phys)
        if (bytes > 0) kernel.memory.fill(phys, bytes, 0)
        free(Op.kfree, pointer)
      },
      /** Bytes that really belong to an object: the size of its class. 0 for null and ZERO_SIZE_PTR. */
      ksize(site: Site, p: Ptr | null): number {
        trace.begin(site)
        const pointer = s.pointerOrNull(p, Op.ksize)
        if (pointer === null || isZeroSize(pointer)) {
          s.done(Op.ksize, 0, NO_SUBJECT, 0, 0, 0)
          return 0
        }
        const phys = s.physOf(pointer)
        const isGone = phys >= 0 && !slab.isAccessible(phys)
        const size = phys < 0 || isGone ? 0 : slab.ksize(phys)
        const flags = phys < 0 ? Flag.WILD | Flag.FAULT : isGone ? Flag.WARNED : 0
        s.done(Op.ksize, Ptr.allocation(pointer), phys >>> 0, size, 0, flags)
        return size
      },
      /** `kmalloc` if it can, else `vmalloc`. Owner: the caller, until `kvfree(p)`. */
      kvmalloc(site: Site, size: number, flags: number): Ptr | null {
        return kvAllocate(site, Op.kvmalloc, size, s.gfp(flags))
      },
      /** `kvmalloc` filled with zeroes. */
      kvzalloc(site: Site, size: number, flags: number): Ptr | null {
        return kvAllocate(site, Op.kvzalloc, size, s.gfp(flags) | __GFP_ZERO)
      },
      /** `kvmalloc` of an array; null if the product overflows or there is no memory. Freed with `kvfree`. */
      kvmalloc_array(site: Site, n: number, size: number, flags: number): Ptr | null {
        return kvAllocateArray(site, Op.kvmalloc, n, size, s.gfp(flags))
      },
      /** `kvmalloc_array` filled with zeroes. */
      kvcalloc(site: Site, n: number, size: number, flags: number): Ptr | null {
        return kvAllocateArray(site, Op.kvzalloc, n, size, s.gfp(flags) | __GFP_ZERO)
      },
      /** Allocates `len` bytes with `kmalloc` and copies `src` there. Owner: the caller, until `kfree`. */
      kmemdup(site: Site, src: Ptr, len: number, gfp: number): Ptr | null {
        const to = allocate(site, Op.kmalloc, len, s.gfp(gfp)) as Ptr | null | Driven
        if (!(to instanceof Driven)) return filled(site, to, src, len)
        const later = function* (): Steps {
          return filled(site, (yield* to.generator) as Ptr | null, src, len)
        }
        return new Driven(later()) as unknown as Ptr
      },
      /** Frees what `kvmalloc` allocated, by address: `vfree` (in an interrupt put off) or `kfree`. May sleep. */
      kvfree(site: Site, p: Ptr | null): void {
        if (s.deferredVfree.inInterrupt()) host.needsInterleaving()
        trace.begin(site)
        const pointer = s.pointerOrNull(p, Op.kvfree)
        if (pointer === null || isZeroSize(pointer)) return s.done(Op.kvfree, 0, NO_SUBJECT, 0, 0, Flag.NULL)
        if (s.vpageOf(pointer) >= 0) freeVmalloc(site, Op.kvfree, pointer)
        else free(Op.kvfree, pointer)
      },
      /**
       * Makes a cache of objects of one size. Without debugging a compatible cache may be shared under another name.
       *
       * Owner: the caller, until `kmem_cache_destroy`, which needs every object freed.
       * @returns null if an object is larger than the largest block of pages
       * @param align alignment in bytes; 0 for the default
       * @param flags SLAB_* flags
       * @param ctor called for each object of a new slab, before the first is handed out; null for none
       */
      kmem_cache_create(
        site: Site,
        name: string,
        size: number,
        align: number,
        flags: number,
        ctor: ((p: Ptr) => void) | null,
      ): kmem_cache | null {
        trace.begin(site)
        if (typeof name !== 'string') throw s.wrongType(Op.kmem_cache_create, 'a name first')
        const label = name
        const bytes = s.integer(size, 'size', 1, UINT_MAX)
        const alignment = s.integer(align, 'align', 0, UINT_MAX)
        const slabFlagBits = s.integer(flags, 'flags', 0, 2 ** 32 - 1) | 0
        if (ctor !== null && ctor !== undefined && typeof ctor !== 'function')
          throw s.wrongType(Op.kmem_cache_create, 'a function or null as constructor')
        const refused = failures.armed && failures.take(Op.kmem_cache_create)
        const id = refused ? -1 : slab.createCache(label, bytes, alignment, slabFlagBits, typeof ctor === 'function')
        if (id < 0) {
          s.done(Op.kmem_cache_create, 0, NO_SUBJECT, bytes, flags, Flag.FAILED)
          return null
        }
        const allocation = trace.lastAllocation
        s.done(Op.kmem_cache_create, allocation, id, id, flags, 0)
        const shared = caches.get(id)
        if (shared !== undefined) {
          kmem_cache.share(shared, allocation, bytes)
          return shared
        }
        const cache = new kmem_cache(id, allocation, bytes)
        Object.freeze(cache)
        caches.set(id, cache)
        if (typeof ctor === 'function') constructors.set(cache, ctor)
        return cache
      },
      /** Destroys a cache. Every object has to be freed before, RCU-deferred frees included. */
      kmem_cache_destroy(site: Site, cache: kmem_cache | null): void {
        trace.begin(site)
        if (cache === null || cache === undefined) return s.done(Op.kmem_cache_destroy, 0, NO_SUBJECT, 0, 0, Flag.NULL)
        const id = cacheId(cache, Op.kmem_cache_destroy)
        const flags = slab.destroyCache(id)
        s.done(
          Op.kmem_cache_destroy,
          kmem_cache.release(cache),
          id,
          0,
          0,
          flags | ((flags & Flag.FAILED) === 0 ? Flag.LAST : 0),
        )
        if (kernel.reports.aboutObjects.length > 0) told(site)
      },
      /** Allocates an object of a cache. Owner: the caller, until `kmem_cache_free(cache, p)` or `kfree(p)`. */
      kmem_cache_alloc(site: Site, cache: kmem_cache, flags: number): Ptr | null {
        return cacheAllocate(site, Op.kmem_cache_alloc, cache, s.gfp(flags))
      },
      /** `kmem_cache_alloc` filled with zeroes. */
      kmem_cache_zalloc(site: Site, cache: kmem_cache, flags: number): Ptr | null {
        return cacheAllocate(site, Op.kmem_cache_zalloc, cache, s.gfp(flags) | __GFP_ZERO)
      },
      /** Frees an object to its cache. Owner: the caller gives the object up. Never sleeps. */
      kmem_cache_free(site: Site, cache: kmem_cache, p: Ptr): void {
        trace.begin(site)
        const id = cacheId(cache, Op.kmem_cache_free)
        const pointer = s.pointer(p, Op.kmem_cache_free)
        const phys = s.physOf(pointer)
        const flags = phys < 0 ? Flag.WILD | Flag.FAULT : slab.cacheFree(id, phys)
        s.done(
          Op.kmem_cache_free,
          Ptr.allocation(pointer),
          phys >>> 0,
          Ptr.offset(pointer) - Ptr.base(pointer),
          id,
          flags,
        )
        if (kernel.reports.aboutObjects.length > 0) told(site)
      },
      /**
       * Gives the empty slabs of a cache back to the page allocator.
       * @returns 1 if slabs are left, else 0
       */
      kmem_cache_shrink(site: Site, cache: kmem_cache): number {
        trace.begin(site)
        const id = cacheId(cache, Op.kmem_cache_shrink)
        const stale = slab.isDestroyed(id) ? KindFlag.DESTROYED : 0
        const stops = stale !== 0 && slab.stopsAtDestroyed(id, true)
        const left = stops ? 0 : slab.shrinkCache(id)
        s.done(Op.kmem_cache_shrink, 0, id, 0, 0, stale | (stops ? Flag.FAULT : 0))
        if (kernel.reports.aboutObjects.length > 0) told(site)
        return left
      },
    },
    pure: {
      /** Bytes that `kmalloc` of a size makes usable: the size of its class, or whole pages. 0 for 0. */
      kmalloc_size_roundup(size: number): number {
        return size === 0 ? 0 : slab.roundUp(s.integer(size, 'size', 0, 2 ** 53, true))
      },
    },
    values: {
      /** Address that an allocation of size 0 returns. */
      ZERO_SIZE_PTR: s.zeroSize as Ptr,
      /** Cache-line alignment. */
      SLAB_HWCACHE_ALIGN: slabFlags.SLAB_HWCACHE_ALIGN,
      /** Objects may be reused at once, but the slab's pages stay until a grace period has passed. */
      SLAB_TYPESAFE_BY_RCU: slabFlags.SLAB_TYPESAFE_BY_RCU,
      /** The objects can be reclaimed. */
      SLAB_RECLAIM_ACCOUNT: slabFlags.SLAB_RECLAIM_ACCOUNT,
      /** Charged to the memory cgroup. */
      SLAB_ACCOUNT: slabFlags.SLAB_ACCOUNT,
      /** From ZONE_DMA. */
      SLAB_CACHE_DMA: slabFlags.SLAB_CACHE_DMA,
      /** From ZONE_DMA32. */
      SLAB_CACHE_DMA32: slabFlags.SLAB_CACHE_DMA32,
      /** kmemleak does not follow its objects. */
      SLAB_NOLEAKTRACE: slabFlags.SLAB_NOLEAKTRACE,
      /** Debugging: print every alloc and free. */
      SLAB_TRACE: slabFlags.SLAB_TRACE,
      /** Panics instead of returning null. */
      SLAB_PANIC: slabFlags.SLAB_PANIC,
      /** Never merged with another cache. */
      SLAB_NO_MERGE: slabFlags.SLAB_NO_MERGE,
      /** Debugging: red zones around objects. */
      SLAB_RED_ZONE: slabFlags.SLAB_RED_ZONE,
      /** Debugging: poison in free objects. */
      SLAB_POISON: slabFlags.SLAB_POISON,
      /** Debugging: remember who allocated and freed. */
      SLAB_STORE_USER: slabFlags.SLAB_STORE_USER,
      /** Debugging: check at every alloc and free. */
      SLAB_CONSISTENCY_CHECKS: slabFlags.SLAB_CONSISTENCY_CHECKS,
    },
  }
}
