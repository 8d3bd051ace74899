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

/** Columns of `SlabTable.words`: element n + column * room is of slab n. */
export const SlabColumn = {
  CACHE: 0,
  START: 1,
  BASE: 2,
  LIVE: 3,
  PFN: 4,
  FREE: 5,
  NEXT: 6,
  PREV: 7,
  SHIFT: 8,
  OBJECTS: 9,
  ORDER: 10,
} as const
const COLUMNS = 11
/** `SlabTable.shift` of a slab whose objects are not of 2^n bytes, or are looked at when they are freed. */
export const NO_SHIFT = 32

export class SlabTable {
  /** Slabs that there is room for. */
  room = 64
  /** The columns of words, one after the other, for a path that needs several of them. */
  words = new Uint32Array(this.room * COLUMNS)
  cache = this.column(SlabColumn.CACHE)
  /** Physical address of the first object. */
  start = this.column(SlabColumn.START)
  /** First slot. */
  base = this.column(SlabColumn.BASE)
  /** Objects that are allocated or in quarantine. */
  live = this.column(SlabColumn.LIVE)
  /** First frame. */
  pfn = this.column(SlabColumn.PFN)
  /** Slab's own freelist: index + 1 of its first object (the cpu's freelist is the cache's). */
  free = this.column(SlabColumn.FREE)
  /** Links of partial lists: id + 1. */
  next = this.column(SlabColumn.NEXT)
  prev = this.column(SlabColumn.PREV)
  /** Logarithm of the stride of a slab whose objects go to KASAN's quarantine as they are, or NO_SHIFT. */
  shift = this.column(SlabColumn.SHIFT)
  /** Objects, and log2 of the pages: less than the cache asks for where memory was short. */
  objects = this.column(SlabColumn.OBJECTS)
  order = this.column(SlabColumn.ORDER)
  place = new Uint8Array(this.room)
  count = 0

  /** By slot: index + 1 of the object behind it on the freelist. */
  nextFree = new Uint16Array(4096)
  /** By slot: allocation in it, 0 = free, QUARANTINED. */
  allocation = new Uint32Array(4096)
  private slots = 0

  /** A new slab id with room for at most `objects` objects. */
  add(objects: number): number {
    if (this.count === this.room) this.growSlabs()
    while (this.slots + objects > this.nextFree.length) this.growSlots()
    this.base[this.count] = this.slots
    this.slots += objects
    return this.count++
  }

  private column(at: number): Uint32Array<ArrayBuffer> {
    return new Uint32Array(this.words.buffer, at * this.room * 4, this.room)
  }

  private growSlabs(): void {
    const { words, room, place } = this
    this.room = room * 2
    this.words = new Uint32Array(this.room * COLUMNS)
    for (let at = 0; at < COLUMNS; at++)
      this.words.set(new Uint32Array(words.buffer, at * room * 4, room), at * this.room)
    this.place = new Uint8Array(this.room)
    this.place.set(place)
    this.cache = this.column(SlabColumn.CACHE)
    this.start = this.column(SlabColumn.START)
    this.base = this.column(SlabColumn.BASE)
    this.live = this.column(SlabColumn.LIVE)
    this.pfn = this.column(SlabColumn.PFN)
    this.free = this.column(SlabColumn.FREE)
    this.next = this.column(SlabColumn.NEXT)
    this.prev = this.column(SlabColumn.PREV)
    this.shift = this.column(SlabColumn.SHIFT)
    this.objects = this.column(SlabColumn.OBJECTS)
    this.order = this.column(SlabColumn.ORDER)
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
