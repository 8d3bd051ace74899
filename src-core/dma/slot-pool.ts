/**
 * The slots of bounce buffers: which of them a mapping gets.
 *
 * Kernel: kernel/dma/swiotlb.c swiotlb_init_remap(), swiotlb_search_pool_area(), swiotlb_release_slots(). A pool of
 * slots of 2 KiB in segments of 128; each cpu searches an area of its own first, from where it stopped the last time.
 * Simplified: the memory of a segment is taken from the page allocator when the segment is first used, and kept.
 */
const SLOT_SHIFT = 11
export const SLOT_BYTES = 2 ** SLOT_SHIFT
/** Slots of a segment: no mapping is longer. */
const SEGMENT_SLOTS = 128
export const SEGMENT_BYTES = SEGMENT_SLOTS * SLOT_BYTES
/** Bytes of the pool, if the machine has room for them. */
const DEFAULT_BYTES = 64 * 2 ** 20

export class SlotPool {
  /** Slots of the pool, and how many of them are in use. */
  readonly total: number
  used = 0
  private readonly taken: Uint8Array
  private readonly areaSlots: number
  /** Where each area's next search begins. */
  private readonly next: number[]

  /** `memory`: bytes of the machine. The pool is halved until the machine holds it beside the kernel. */
  constructor(
    memory: number,
    cpus: number,
    private readonly pageSize: number,
  ) {
    let bytes = DEFAULT_BYTES
    while (bytes > SEGMENT_BYTES && bytes * 2 > memory) bytes /= 2
    this.total = bytes / SLOT_BYTES
    let areas = 1
    while (areas < cpus && areas * 2 * SEGMENT_SLOTS <= this.total) areas *= 2
    this.areaSlots = this.total / areas
    this.next = new Array<number>(areas).fill(0)
    this.taken = new Uint8Array(this.total)
  }

  /** Takes slots in a row for so many bytes, in one segment; -1: none are left. `back`: a segment's memory is there. */
  take(cpu: number, bytes: number, back: (segment: number) => boolean): number {
    const areas = this.next.length
    for (let i = 0; i < areas; i++) {
      const slot = this.search((cpu + i) % areas, Math.ceil(bytes / SLOT_BYTES), bytes >= this.pageSize)
      if (slot < 0) continue
      if (!back(Math.floor(slot / SEGMENT_SLOTS))) return -1
      const count = Math.ceil(bytes / SLOT_BYTES)
      this.taken.fill(1, slot, slot + count)
      this.used += count
      const area = Math.floor(slot / this.areaSlots)
      this.next[area] = ((slot % this.areaSlots) + count) % this.areaSlots
      return slot
    }
    return -1
  }

  give(slot: number, bytes: number): void {
    const count = Math.ceil(bytes / SLOT_BYTES)
    this.taken.fill(0, slot, slot + count)
    this.used -= count
  }

  private search(area: number, count: number, wholePages: boolean): number {
    const base = area * this.areaSlots
    const stride = wholePages ? this.pageSize / SLOT_BYTES : 1
    let at = this.next[area]!
    for (let checked = 0; checked < this.areaSlots;) {
      const isAligned = (base + at) % stride === 0
      if (isAligned && this.isFree(base + at, count)) return base + at
      const step = isAligned ? stride : 1
      at += step
      if (at >= this.areaSlots) at = 0
      checked += step
    }
    return -1
  }

  private isFree(slot: number, count: number): boolean {
    if ((slot % SEGMENT_SLOTS) + count > SEGMENT_SLOTS) return false
    for (let i = slot; i < slot + count; i++) if (this.taken[i] === 1) return false
    return true
  }
}
