/**
 * A slab cache: its geometry and which slab each cpu works on.
 *
 * Kernel: struct kmem_cache and struct kmem_cache_cpu in mm/slab.h and mm/slub.c.
 */
import type { CacheInfo } from '../trace/record.ts'
import type { SlotPart } from '../trace/slot-parts.ts'
import { SLAB_DEBUG_FLAGS, SLAB_TYPESAFE_BY_RCU } from './slab-flags.ts'
import { cpuPartialObjects, minPartial, type SlabGeometry } from './slab-geometry.ts'

export class Cache implements CacheInfo {
  readonly stride: number
  /** Logarithm of the stride where it is a power of two, else -1: a shift is cheaper than a division. */
  readonly strideShift: number
  readonly firstObject: number
  readonly parts: readonly SlotPart[]
  readonly align: number
  readonly order: number
  readonly objects: number
  /** Order and objects of the slab that is made when there is no block of `order` (`min`). */
  readonly minOrder: number
  readonly minObjects: number
  inuse: number
  /** The free pointer of an object lies behind it. */
  readonly hasOuterPointer: boolean
  /** Has one of SLUB's debug flags: every allocation and free is looked at. */
  readonly debugged: boolean
  /** None of that, and KASAN keeps its freed objects back: not those that readers may still use (TYPESAFE_BY_RCU). */
  readonly isPlain: boolean
  /** Empty slabs beyond this many partial ones go back to the page allocator. */
  readonly minPartial: number
  /** Slabs on a cpu's partial list from which the list moves to the node. */
  readonly cpuPartialSlabs: number
  /** Handles that kmem_cache_create() gave out (`refcount`): more than one after a merge. */
  handles = 1
  /** Of them, those of the program that it did not destroy. */
  held = 0
  /** Allocation of the newest handle; 0 for a kmalloc cache. */
  allocation = 0
  /** Destroyed, or leaked by a destroy with objects left. */
  dead = false
  /** Leaked: nobody can make it again under this name, but it goes on as it was. */
  leaked = false
  /** Slabs the cache has. */
  slabs = 0
  /** Slab that each cpu allocates from, -1 = none, and the first object (index + 1) of its freelist. */
  readonly cpuSlab: Int32Array
  readonly cpuFree: Uint32Array
  /** First slab (id + 1) of each cpu's partial list, and how many are on it. */
  readonly cpuPartial: Uint32Array
  readonly cpuPartialCount: Uint32Array
  /** The node's partial slabs: id + 1 of the first and the last, and how many. */
  partialFirst = 0
  partialLast = 0
  partialCount = 0
  /** Ids of slabs that were given back, to be used again. */
  readonly idle: number[] = []

  constructor(
    readonly id: number,
    readonly name: string,
    public objectSize: number,
    readonly flags: number,
    readonly hasCtor: boolean,
    readonly kmalloc: boolean,
    geometry: SlabGeometry,
    pageSize: number,
    cpus: number,
  ) {
    this.stride = geometry.stride
    this.strideShift = (this.stride & (this.stride - 1)) === 0 ? 31 - Math.clz32(this.stride) : -1
    this.firstObject = geometry.firstObject
    this.parts = geometry.parts
    this.align = geometry.align
    this.order = geometry.order
    this.objects = geometry.objects
    this.minOrder = geometry.minOrder
    this.minObjects = geometry.minObjects
    this.inuse = geometry.inuse
    this.hasOuterPointer = geometry.hasOuterPointer
    this.debugged = (flags & SLAB_DEBUG_FLAGS) !== 0
    this.isPlain = !this.debugged && (flags & SLAB_TYPESAFE_BY_RCU) === 0
    this.minPartial = minPartial(geometry.stride)
    this.cpuPartialSlabs = Math.ceil((cpuPartialObjects(geometry.stride, pageSize) * 2) / geometry.objects)
    this.cpuSlab = new Int32Array(cpus).fill(-1)
    this.cpuFree = new Uint32Array(cpus)
    this.cpuPartial = new Uint32Array(cpus)
    this.cpuPartialCount = new Uint32Array(cpus)
  }

  /** __kmem_cache_alias(): another handle, for objects of a size that fits; the larger of the two is what is zeroed. */
  merge(size: number, word: number): void {
    this.handles++
    this.objectSize = Math.max(this.objectSize, size)
    this.inuse = Math.max(this.inuse, Math.ceil(size / word) * word)
  }

  /** Index of the object that holds the byte at an offset (0 or more) from the first object. */
  indexAt(offset: number): number {
    return this.strideShift >= 0 ? offset >>> this.strideShift : (offset / this.stride) | 0
  }
}
