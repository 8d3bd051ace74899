/**
 * The shadow's row per allocation: what it is, who made it, whether it still lives and how it ended. Filled from the
 * trace's allocation columns and from deltas; ids are the trace's.
 */
import { AllocationKind } from '../trace/allocation-kind.ts'
import { Op } from '../trace/ops.ts'
import { grown } from './growable.ts'

/** Why a row of the trace that names the allocation needs a closer look. */
export const Mark = {
  /** It went back to its allocator. */
  FREED: 1,
  /** Rights other than the owner's were taken on it. */
  RIGHTS: 2,
  /** A finding is about it. */
  TAINTED: 4,
  /** It was mapped by kmap at some time. */
  KMAPPED: 8,
} as const

/** Order of memory that was not made as one block of 2^n pages (alloc_pages_exact). */
export const NO_ORDER = 255
const FIRST_ROWS = 1024

export class AllocationTable {
  /** Newest id; ids count from 1. */
  lastId = 0
  kindOf = new Uint8Array(FIRST_ROWS)
  baseOf = new Uint32Array(FIRST_ROWS)
  sizeOf = new Uint32Array(FIRST_ROWS)
  markOf = new Uint8Array(FIRST_ROWS)
  orderOf = new Uint8Array(FIRST_ROWS)
  bornOf = new Uint32Array(FIRST_ROWS)
  freedOf = new Uint32Array(FIRST_ROWS)
  siteOf = new Uint32Array(FIRST_ROWS)
  taskOf = new Uint16Array(FIRST_ROWS)
  opOf = new Uint16Array(FIRST_ROWS)
  freeSiteOf = new Uint32Array(FIRST_ROWS)
  freeTaskOf = new Uint16Array(FIRST_ROWS)
  freeOpOf = new Uint16Array(FIRST_ROWS)
  /** Slab allocation behind a slab object. */
  slabOf = new Uint32Array(FIRST_ROWS)
  /** Cache id + 1 of an object from kmem_cache_alloc, or of a cache itself. */
  cacheOf = new Uint16Array(FIRST_ROWS)
  /** Step that ended the owner's own right; 0 = the owner still holds it. */
  ownerEndOf = new Uint32Array(FIRST_ROWS)
  ownerEndOpOf = new Uint16Array(FIRST_ROWS)
  /** Newest right and newest pointer + 1; 0 = none. */
  rightsOf = new Uint32Array(FIRST_ROWS)
  pointersOf = new Uint32Array(FIRST_ROWS)
  private capacity = FIRST_ROWS

  /** Adds the next allocation. Sizes in bytes, base by kind (trace/allocation-kind.ts). */
  add(
    kind: number,
    base: number,
    size: number,
    step: number,
    site: number,
    task: number,
    op: number,
    shift: number,
  ): number {
    const id = ++this.lastId
    if (id >= this.capacity) this.grow()
    this.kindOf[id] = kind
    this.baseOf[id] = base
    this.sizeOf[id] = size
    this.bornOf[id] = step
    this.siteOf[id] = site
    this.taskOf[id] = task
    this.opOf[id] = op
    if (kind === AllocationKind.PAGES || kind === AllocationKind.COMPOUND) {
      const pages = size >>> shift
      const exact = op === Op.alloc_pages_exact || (pages & (pages - 1)) !== 0
      this.orderOf[id] = exact ? NO_ORDER : 31 - Math.clz32(pages)
    }
    return id
  }

  kind(id: number): number {
    return this.kindOf[id] ?? 0
  }
  /** Where it starts; unit by kind. */
  base(id: number): number {
    return this.baseOf[id] ?? 0
  }
  /** Size in bytes. */
  size(id: number): number {
    return this.sizeOf[id] ?? 0
  }
  /** Step that made it. */
  bornAt(id: number): number {
    return this.bornOf[id] ?? 0
  }
  /** Step at which it went back to its allocator; 0 = it lives. */
  freedAt(id: number): number {
    return this.freedOf[id] ?? 0
  }
  /** Operation kind that made it. */
  madeBy(id: number): number {
    return this.opOf[id] ?? 0
  }
  /** Operation kind that gave it back; 0 = none did. */
  freedBy(id: number): number {
    return this.freeOpOf[id] ?? 0
  }
  site(id: number): number {
    return this.siteOf[id] ?? 0
  }
  task(id: number): number {
    return this.taskOf[id] ?? 0
  }
  freeSite(id: number): number {
    return this.freeSiteOf[id] ?? 0
  }
  freeTask(id: number): number {
    return this.freeTaskOf[id] ?? 0
  }
  /** Step that ended the owner's right; 0 = held. It may come before the free, when others keep the memory. */
  ownerEnd(id: number): number {
    return this.ownerEndOf[id] ?? 0
  }
  ownerEndOp(id: number): number {
    return this.ownerEndOpOf[id] ?? 0
  }
  order(id: number): number {
    return this.orderOf[id] ?? 0
  }
  mark(id: number): number {
    return this.markOf[id] ?? 0
  }
  /** Slab behind a slab object (an allocation id); 0 = no slab object. */
  slab(id: number): number {
    return this.slabOf[id] ?? 0
  }

  private grow(): void {
    const n = (this.capacity *= 2)
    this.kindOf = grown(this.kindOf, n)
    this.baseOf = grown(this.baseOf, n)
    this.sizeOf = grown(this.sizeOf, n)
    this.markOf = grown(this.markOf, n)
    this.orderOf = grown(this.orderOf, n)
    this.bornOf = grown(this.bornOf, n)
    this.freedOf = grown(this.freedOf, n)
    this.siteOf = grown(this.siteOf, n)
    this.taskOf = grown(this.taskOf, n)
    this.opOf = grown(this.opOf, n)
    this.freeSiteOf = grown(this.freeSiteOf, n)
    this.freeTaskOf = grown(this.freeTaskOf, n)
    this.freeOpOf = grown(this.freeOpOf, n)
    this.slabOf = grown(this.slabOf, n)
    this.cacheOf = grown(this.cacheOf, n)
    this.ownerEndOf = grown(this.ownerEndOf, n)
    this.ownerEndOpOf = grown(this.ownerEndOpOf, n)
    this.rightsOf = grown(this.rightsOf, n)
    this.pointersOf = grown(this.pointersOf, n)
  }
}
