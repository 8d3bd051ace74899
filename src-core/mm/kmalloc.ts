/**
 * kmalloc(): a cache per size class and family, and whole pages for what is larger.
 *
 * Kernel: mm/slab_common.c, create_kmalloc_caches(), __do_krealloc(); include/linux/slab.h, __kmalloc_index(),
 * kmalloc_type(); mm/slub.c, ___kmalloc_large_node(), kfree(), free_large_kmalloc().
 * Simplified: no random copies of the caches, no buckets. Caches of the families other than the normal one are made
 * when they are first used. No memory cgroups: __GFP_ACCOUNT asks for no family of its own.
 */
import { RefMode } from '../eras/era.ts'
import { addressText } from '../trace/abi.ts'
import { AllocationKind } from '../trace/allocation-kind.ts'
import { FrameKind, packUse } from '../trace/fields.ts'
import { Flag } from '../trace/ops.ts'
import type { Cache } from './cache.ts'
import { __GFP_COMP, __GFP_DMA, __GFP_HIGHMEM, __GFP_RECLAIMABLE, __GFP_ZERO } from './gfp.ts'
import type { PageRef } from './page-ref.ts'
import {
  SLAB_CACHE_DMA,
  SLAB_KMALLOC,
  SLAB_POISON,
  SLAB_RECLAIM_ACCOUNT,
  SLAB_RED_ZONE,
  SLAB_STORE_USER,
  SLAB_TYPESAFE_BY_RCU,
} from './slab-flags.ts'
import { SlabCaches } from './slab-caches.ts'

/** Families in the order of `kmalloc_type()`. */
const FAMILIES = [
  { prefix: 'kmalloc', flags: 0 },
  { prefix: 'kmalloc-rcl', flags: SLAB_RECLAIM_ACCOUNT },
  { prefix: 'dma-kmalloc', flags: SLAB_CACHE_DMA },
] as const
const NORMAL = 0
const RECLAIM = 1
const DMA = 2

/** Index of the class of a size up to 192, by (size - 1) / 8: 1 is 96, 2 is 192, n >= 3 is 2^n. */
const SMALL_CLASS = Uint8Array.from([3, 4, 5, 5, 6, 6, 6, 6, 1, 1, 1, 1, 7, 7, 7, 7, 2, 2, 2, 2, 2, 2, 2, 2])
const CLASSES = 16
/** Bits of a mask that ask for another family, or for zeroes. */
const NOT_NORMAL = __GFP_DMA | __GFP_RECLAIMABLE | __GFP_ZERO
const KMALLOC: typeof AllocationKind.KMALLOC = 3

export class Slab extends SlabCaches {
  private refs!: PageRef
  /** Caches by family and class. */
  private readonly classes: (Cache | undefined)[] = new Array<Cache | undefined>(FAMILIES.length * CLASSES).fill(
    undefined,
  )
  /** Largest size that a cache serves (KMALLOC_MAX_CACHE_SIZE: two pages). */
  private readonly maxCached = 2 << this.shift
  /** kfree() of a page that is no large kmalloc warns once. */
  private warned = false

  /** Makes the normal caches; called once at boot. */
  bootKmalloc(refs: PageRef): void {
    this.refs = refs
    for (let index = 1; index <= this.shift + 1; index++) this.makeClass(NORMAL, index)
  }

  private makeClass(family: number, index: number): Cache {
    const size = index === 1 ? 96 : index === 2 ? 192 : 1 << index
    const { prefix, flags } = FAMILIES[family]
    const name = `${prefix}-${size >= 1024 ? `${size / 1024}k` : size}`
    const cache = this.makeCache(name, size, size & -size, flags | SLAB_KMALLOC, false, true)
    this.classes[family * CLASSES + index] = cache
    return cache
  }

  protected override needFamilies(flags: number): void {
    FAMILIES.forEach((family, at) => {
      if (family.flags === 0 || (flags & family.flags) === 0) return
      for (let index = 1; index <= this.shift + 1; index++)
        if (this.classes[at * CLASSES + index] === undefined) this.makeClass(at, index)
    })
  }

  private classOf(bytes: number, gfp: number): Cache {
    const index = bytes <= 192 ? SMALL_CLASS[(bytes - 1) >>> 3] : 32 - Math.clz32(bytes - 1)
    const family = (gfp & (__GFP_DMA | __GFP_RECLAIMABLE)) === 0 ? NORMAL : (gfp & __GFP_DMA) !== 0 ? DMA : RECLAIM
    return this.classes[family * CLASSES + index] ?? this.makeClass(family, index)
  }

  /** kmalloc() in the way of a hot loop, as its operation's first allocation; -1 = nothing was done, ask `kmalloc`. */
  kmallocSingle(bytes: number, gfp: number): number {
    if ((gfp & NOT_NORMAL) !== 0 || !(bytes > 0 && bytes <= this.maxCached)) return -1
    const index = bytes <= 192 ? SMALL_CLASS[(bytes - 1) >>> 3] : 32 - Math.clz32(bytes - 1)
    const cache = this.classes[index]
    return cache === undefined ? -1 : this.takeObject(cache, KMALLOC, bytes)
  }

  /** kmalloc(): physical address of `bytes` (1 or more) with a new allocation, or -1. */
  kmalloc(bytes: number, gfp: number): number {
    if (bytes > this.maxCached) return this.allocLarge(bytes, gfp)
    return this.allocObject(this.classOf(bytes, gfp), gfp, AllocationKind.KMALLOC, bytes)
  }

  /** Bytes that kmalloc() of a size makes usable (kmalloc_size_roundup); the size itself if it is too large for it. */
  roundUp(bytes: number): number {
    if (bytes <= this.maxCached) return this.classOf(bytes, 0).objectSize
    if (bytes > this.pageSize << this.pages.maxOrder) return bytes
    return this.pageSize << this.pages.orderOf(bytes)
  }

  private allocLarge(bytes: number, gfp: number): number {
    const order = this.pages.orderOf(bytes)
    const mask = (gfp | __GFP_COMP) & ~__GFP_HIGHMEM
    const pfn = this.pages.take(order, mask)
    if (pfn < 0) return -1
    const id = this.trace.allocation(AllocationKind.LARGE_KMALLOC, pfn, bytes)
    this.pages.prepare(pfn, order, mask, packUse(FrameKind.LARGE_KMALLOC, id))
    return pfn * this.pageSize
  }

  /**
   * kfree(): LAST when memory went back. A page that is no kmalloc memory is warned about and, where large kmalloc
   * pages are counted, freed all the same. FAULT: the address names no memory.
   */
  kfree(phys: number): number {
    if (phys >= this.limit) {
      this.reports.add('bug', 'BUG: unable to handle page fault for address')
      return Flag.WILD | Flag.FAULT
    }
    const head = this.frames.headOf(phys >>> this.shift)
    const slab = this.slabAt[head]
    return slab !== 0 ? this.freeObject(slab - 1, phys) : this.freeLarge(head, phys)
  }

  /** kfree() in the way of a hot loop, with LAST; false = nothing was done, ask `kfree`. */
  kfreeSingle(phys: number): boolean {
    const slab = this.slabAt[this.frames.headOf(phys >>> this.shift)] - 1
    return slab >= 0 && this.giveObject(slab, phys)
  }

  private freeLarge(head: number, phys: number): number {
    const { frames } = this
    const counted = this.modes[FrameKind.LARGE_KMALLOC] === RefMode.COUNTED
    const kind = frames.kindOf(head)
    let flags = 0
    if (counted ? frames.compoundOrder(head) === 0 : kind !== FrameKind.LARGE_KMALLOC) {
      flags = Flag.WARNED
      this.warnNotKmalloc(phys, counted)
      if (!counted) return flags
    }
    if (this.kasan && (kind === FrameKind.PCP || kind === FrameKind.BUDDY)) {
      this.reports.add('bug', `BUG: KASAN: double-free in ${this.reports.comm}`)
    }
    if (!counted) return this.pages.freeUnref(head, frames.compoundOrder(head))
    return flags | this.refs.put(head)
  }

  private warnNotKmalloc(phys: number, counted: boolean): void {
    if (this.warned) return
    this.warned = true
    const { cpu, pid } = this.reports
    const pointer = addressText(this.info, this.pageOffset + BigInt(phys))
    this.reports.add(
      'warn',
      counted
        ? `WARNING: CPU: ${cpu} PID: ${pid} at mm/slub.c:4799 free_large_kmalloc\nobject pointer: 0x${pointer}`
        : 'WARNING: mm/slub.c at free_large_kmalloc\npage dumped because: Not a kmalloc allocation',
    )
  }

  /** kasan_check_byte(): false = the memory at an address was given back, and KASAN says so. */
  isAccessible(phys: number): boolean {
    if (!this.kasan || phys >= this.limit) return true
    const cache = this.cacheAt(phys)
    const kind = this.frames.kindOf(this.frames.headOf(phys >>> this.shift))
    const isPageFree = kind === FrameKind.PCP || kind === FrameKind.BUDDY
    const mayStay = cache >= 0 && (this.caches[cache].flags & SLAB_TYPESAFE_BY_RCU) !== 0
    if (cache >= 0 ? mayStay || this.allocationAt(phys) !== 0 : !isPageFree) return true
    const type = cache >= 0 ? 'slab-use-after-free' : 'use-after-free'
    this.reports.add('bug', `BUG: KASAN: ${type} in ${this.reports.comm}`)
    return false
  }

  /** ksize(): bytes that the holder of an object may use; 0 for an address that is no kmalloc memory. */
  ksize(phys: number): number {
    const id = this.cacheAt(phys)
    if (id >= 0) return this.usable(this.caches[id])
    if (phys >= this.limit) return 0
    return this.pageSize << this.frames.compoundOrder(this.frames.headOf(phys >>> this.shift))
  }

  private usable(cache: Cache): number {
    if (this.kasan || (cache.flags & (SLAB_RED_ZONE | SLAB_POISON)) !== 0) return cache.objectSize
    return (cache.flags & (SLAB_TYPESAFE_BY_RCU | SLAB_STORE_USER)) !== 0 ? cache.inuse : cache.stride
  }

  /**
   * krealloc() of memory that exists: the same address if it fits (the allocation stays; with __GFP_ZERO what lies
   * behind the new size is zeroed), else a new object with the bytes copied and the old one freed. -1: no memory, the
   * old object is untouched.
   */
  krealloc(phys: number, bytes: number, gfp: number): number {
    const room = this.ksize(phys)
    if (room >= bytes) {
      if ((gfp & __GFP_ZERO) !== 0 && room > bytes) this.memory.fill(phys + bytes, room - bytes, 0)
      return phys
    }
    const moved = this.kmalloc(bytes, gfp & ~__GFP_ZERO)
    if (moved < 0) return -1
    this.memory.copy(moved, phys, room)
    if ((gfp & __GFP_ZERO) !== 0) this.memory.fill(moved + room, this.ksize(moved) - room, 0)
    this.kfree(phys)
    return moved
  }
}
