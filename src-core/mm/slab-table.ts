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
/** The quarantine of a machine of 64 MiB is full of objects of 32 bytes, or of any larger ones. */
const ROOMY_SLOTS = 1 << 16
const ROOMY_SLABS = 1024
/** `SlabTable.shift` of a slab whose objects are not of 2^n bytes, or are looked at when they are freed. */
export const NO_SHIFT = 32

export class SlabTable {
  /** Slabs that there is room for. */
  room: number
  /** The columns of words, one after the other, for a path that needs several of them. */
  words: Uint32Array<ArrayBuffer>
  cache: Uint32Array<ArrayBuffer>
  /** Physical address of the first object. */
  start: Uint32Array<ArrayBuffer>
  /** First slot. */
  base: Uint32Array<ArrayBuffer>
  /** Objects that are allocated or in quarantine. */
  live: Uint32Array<ArrayBuffer>
  /** First frame. */
  pfn: Uint32Array<ArrayBuffer>
  /** Slab's own freelist: index + 1 of its first object (the cpu's freelist is the cache's). */
  free: Uint32Array<ArrayBuffer>
  /** Links of partial lists: id + 1. */
  next: Uint32Array<ArrayBuffer>
  prev: Uint32Array<ArrayBuffer>
  /** Logarithm of the stride of a slab whose objects go to KASAN's quarantine as they are, or NO_SHIFT. */
  shift: Uint32Array<ArrayBuffer>
  /** Objects, and log2 of the pages: less than the cache asks for where memory was short. */
  objects: Uint32Array<ArrayBuffer>
  order: Uint32Array<ArrayBuffer>
  place: Uint8Array
  count = 0

  /** By slot: index + 1 of the object behind it on the freelist. */
  nextFree: Uint16Array
  /** By slot: allocation in it, 0 = free, QUARANTINED. */
  allocation: Uint32Array
  private slots = 0

  /** `isRoomy`: from the start there is room for what a long run keeps in the quarantine, so that nothing grows. */
  constructor(isRoomy: boolean) {
    const slots = isRoomy ? ROOMY_SLOTS : 4096
    this.nextFree = new Uint16Array(slots)
    this.allocation = new Uint32Array(slots)
    this.room = isRoomy ? ROOMY_SLABS : 64
    this.words = new Uint32Array(this.room * COLUMNS)
    this.place = new Uint8Array(this.room)
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
