/**
 * All slabs as columns, and one slot per object. Ids and slots of a slab that was given back are used again by the
 * same cache.
 *
 * Kernel: struct slab in mm/slab.h. Simplified: the freelist is kept here, not in the objects' bytes, so that an
 * overwritten freelist pointer cannot lead the allocator astray.
 */

/** On which list a slab is. */
export const SlabPlace = { FULL: 0, CPU: 1, CPU_PARTIAL: 2, NODE_PARTIAL: 3, GONE: 4 } as const

/** Slot of an object that was freed and waits in the quarantine. */
export const QUARANTINED = 0xffff_ffff

export class SlabTable {
  /** First frame. */
  pfn = new Uint32Array(64)
  cache = new Uint32Array(64)
  /** Physical address of the first object. */
  start = new Uint32Array(64)
  /** First slot. */
  base = new Uint32Array(64)
  /** Slab's own freelist: index + 1 of its first object (the cpu's freelist is the cache's). */
  free = new Uint32Array(64)
  /** Objects that are allocated or in quarantine. */
  live = new Uint32Array(64)
  place = new Uint8Array(64)
  /** Links of partial lists: id + 1. */
  next = new Uint32Array(64)
  prev = new Uint32Array(64)
  count = 0

  /** By slot: index + 1 of the object behind it on the freelist. */
  nextFree = new Uint16Array(4096)
  /** By slot: allocation in it, 0 = free, QUARANTINED. */
  allocation = new Uint32Array(4096)
  private slots = 0

  /** A new slab id with room for `objects` objects. */
  add(objects: number): number {
    if (this.count === this.pfn.length) this.growSlabs()
    while (this.slots + objects > this.nextFree.length) this.growSlots()
    this.base[this.count] = this.slots
    this.slots += objects
    return this.count++
  }

  private growSlabs(): void {
    const double = (from: Uint32Array): Uint32Array<ArrayBuffer> => {
      const to = new Uint32Array(from.length * 2)
      to.set(from)
      return to
    }
    const place = new Uint8Array(this.place.length * 2)
    place.set(this.place)
    this.place = place
    this.pfn = double(this.pfn)
    this.cache = double(this.cache)
    this.start = double(this.start)
    this.base = double(this.base)
    this.free = double(this.free)
    this.live = double(this.live)
    this.next = double(this.next)
    this.prev = double(this.prev)
  }

  private growSlots(): void {
    const nextFree = new Uint16Array(this.nextFree.length * 2)
    nextFree.set(this.nextFree)
    this.nextFree = nextFree
    const allocation = new Uint32Array(this.allocation.length * 2)
    allocation.set(this.allocation)
    this.allocation = allocation
  }
}
