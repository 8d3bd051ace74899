/**
 * `struct page` of every frame, as columns by pfn. The setters record a delta when the value changes.
 *
 * Kernel: include/linux/mm_types.h (struct page). `mapcount` holds `_mapcount` + 1, `order` the stored order + 1,
 * `head` the head's pfn + 1, `slab` the cache id + 1: with these a frame that nobody touched is all zeroes, so that
 * the host pays memory only for frames that are used.
 * Of `private` and `mapping` a column has the low half; the high half stands in a map, where it is not 0: the words of
 * nearly all frames fit in 32 bits.
 * Simplified: `index` is not kept; the links of the lists are columns of their own.
 */
import { blockOrderAt, maxPageOrder } from '../trace/boot-state.ts'
import { Field, FrameKind, packUse, useAllocation, type FrameKind as Kind } from '../trace/fields.ts'
import type { MachineInfo } from '../trace/record.ts'
import type { TraceWriter } from '../trace/writer.ts'

const PG_RESERVED = 1 << 13

export class Frames {
  readonly count: number
  /** `_refcount`. */
  readonly refcount: Int32Array
  /** `_mapcount` + 1. */
  readonly mapcount: Int32Array
  /** `packUse(kind, allocation)`. */
  readonly use: Uint32Array
  /** `PG_*` bits. */
  readonly flags: Uint32Array
  /** Stored order + 1 (compound head, buddy block); 0 = none. */
  readonly order: Uint8Array
  /** pfn of the compound head + 1; 0 = not a tail. */
  readonly head: Uint32Array
  /** `page->private`, its low 32 bits. */
  readonly private: Uint32Array
  /** The high 32 bits of `private` where they are not 0, by pfn. */
  readonly privateHigh = new Map<number, number>()
  /** `page->mapping`, its low 32 bits; bit 0 = anonymous memory. */
  readonly mapping: Uint32Array
  /** The high 32 bits of `mapping` where they are not 0, by pfn. */
  readonly mappingHigh = new Map<number, number>()
  /** `_pincount` of a large folio. */
  readonly pincount: Int32Array
  /** Mappings left on the frame. */
  readonly rights: Int32Array
  /** Cache id + 1 on the first frame of a slab. */
  readonly slab: Uint32Array
  /**
   * 0 = map count, flags, order, head, private, mapping and slab are all 0, as they are of a page that its driver left
   * alone: one look instead of seven. Who writes those columns calls `mark`.
   */
  readonly marked: Uint8Array
  /** Links of the list a block is on: pfn + 1, 0 = end. */
  readonly next: Uint32Array
  readonly prev: Uint32Array
  /** Id + 1 of the list that the frame is linked on as the first of a block; 0 = none. */
  readonly list: Uint16Array

  constructor(
    info: MachineInfo,
    private readonly trace: TraceWriter,
  ) {
    const n = info.frames
    this.count = n
    this.refcount = new Int32Array(n)
    this.mapcount = new Int32Array(n)
    this.use = new Uint32Array(n)
    this.flags = new Uint32Array(n)
    this.order = new Uint8Array(n)
    this.head = new Uint32Array(n)
    this.private = new Uint32Array(n)
    this.mapping = new Uint32Array(n)
    this.pincount = new Int32Array(n)
    this.rights = new Int32Array(n)
    this.slab = new Uint32Array(n)
    this.marked = new Uint8Array(n)
    this.next = new Uint32Array(n)
    this.prev = new Uint32Array(n)
    this.list = new Uint16Array(n)
    this.boot(info)
  }

  /** The state of trace/boot-state.ts, written without deltas. */
  private boot(info: MachineInfo): void {
    const first = info.zones[0]?.start ?? info.frames
    const most = maxPageOrder(info)
    this.refcount.fill(1, 0, first)
    this.flags.fill(PG_RESERVED, 0, first)
    this.marked.fill(1, 0, first)
    for (const zone of info.zones) {
      this.use.fill(packUse(FrameKind.BUDDY, 0), zone.start, zone.end)
      for (let pfn = zone.start; pfn < zone.end;) {
        const order = blockOrderAt(pfn, zone.end, most)
        this.order[pfn] = order + 1
        this.marked[pfn] = 1
        pfn += 1 << order
      }
    }
  }

  /** Makes `marked` of a frame true again after one of its fields was written. */
  mark(pfn: number): void {
    this.marked[pfn] = this.isMarked(pfn) ? 1 : 0
  }

  /** What `marked` has to say. */
  isMarked(pfn: number): boolean {
    const { mapcount, flags, order, head, slab } = this
    const fields = mapcount[pfn] | flags[pfn] | order[pfn] | head[pfn] | slab[pfn]
    return (fields | this.private[pfn] | this.mapping[pfn]) !== 0 || this.hasHigh(pfn)
  }

  private hasHigh(pfn: number): boolean {
    const { privateHigh, mappingHigh } = this
    return (privateHigh.size | mappingHigh.size) !== 0 && (privateHigh.has(pfn) || mappingHigh.has(pfn))
  }

  /** True if `page->mapping` is not NULL. */
  hasMapping(pfn: number): boolean {
    return this.mapping[pfn] !== 0 || (this.mappingHigh.size !== 0 && this.mappingHigh.has(pfn))
  }

  /** True if the machine has this frame (pfn_valid). */
  valid(pfn: number): boolean {
    return pfn >= 0 && pfn < this.count
  }

  /** Head of the compound page that a frame belongs to; the frame itself when it is no tail. */
  headOf(pfn: number): number {
    const head = this.head[pfn]
    return head === 0 ? pfn : head - 1
  }

  kindOf(pfn: number): Kind {
    return (this.use[pfn] >>> 28) as Kind
  }

  /** Id of the allocation that occupies a frame, 0 = none. */
  allocationOf(pfn: number): number {
    return useAllocation(this.use[pfn])
  }

  /** PageBuddy: the first frame of a block on a buddy list. */
  isBuddy(pfn: number): boolean {
    return this.order[pfn] !== 0 && this.use[pfn] >>> 28 === FrameKind.BUDDY
  }

  /** `compound_order()`: the stored order of a compound head, 0 for everything else. */
  compoundOrder(pfn: number): number {
    const order = this.order[pfn]
    return order === 0 || this.use[pfn] >>> 28 === FrameKind.BUDDY ? 0 : order - 1
  }

  setRefcount(pfn: number, value: number): void {
    const old = this.refcount[pfn]
    if (old === value) return
    this.refcount[pfn] = value
    this.trace.delta(Field.REFCOUNT, pfn, old, value)
  }

  setMapcount(pfn: number, value: number): void {
    const old = this.mapcount[pfn]
    if (old === value) return
    this.mapcount[pfn] = value
    this.mark(pfn)
    this.trace.delta(Field.MAPCOUNT, pfn, old, value)
  }

  setUse(pfn: number, value: number): void {
    const old = this.use[pfn]
    if (old === value) return
    this.use[pfn] = value
    this.trace.delta(Field.USE, pfn, old, value)
  }

  setFlags(pfn: number, value: number): void {
    const old = this.flags[pfn]
    if (old === value) return
    this.flags[pfn] = value
    this.mark(pfn)
    this.trace.delta(Field.FLAGS, pfn, old, value)
  }

  /** `value` = order + 1, 0 = none. */
  setOrder(pfn: number, value: number): void {
    const old = this.order[pfn]
    if (old === value) return
    this.order[pfn] = value
    this.mark(pfn)
    this.trace.delta(Field.ORDER, pfn, old, value)
  }

  /** `value` = pfn of the head + 1, 0 = not a tail. */
  setHead(pfn: number, value: number): void {
    const old = this.head[pfn]
    if (old === value) return
    this.head[pfn] = value
    this.mark(pfn)
    this.trace.delta(Field.HEAD, pfn, old, value)
  }

  /** `page->private` in two halves of 32 bits. */
  setPrivate(pfn: number, value: number, high = 0): void {
    if (high !== 0 || this.privateHigh.size !== 0) this.setHigh(this.privateHigh, Field.PRIVATE_HIGH, pfn, high)
    const old = this.private[pfn]
    const next = value >>> 0
    if (old === next) return
    this.private[pfn] = next
    this.mark(pfn)
    this.trace.delta(Field.PRIVATE, pfn, old, next)
  }

  /** `page->mapping` in two halves of 32 bits. */
  setMapping(pfn: number, value: number, high = 0): void {
    if (high !== 0 || this.mappingHigh.size !== 0) this.setHigh(this.mappingHigh, Field.MAPPING_HIGH, pfn, high)
    const old = this.mapping[pfn]
    const next = value >>> 0
    if (old === next) return
    this.mapping[pfn] = next
    this.mark(pfn)
    this.trace.delta(Field.MAPPING, pfn, old, next)
  }

  private setHigh(halves: Map<number, number>, field: Field, pfn: number, value: number): void {
    const old = halves.get(pfn) ?? 0
    if (old === value) return
    this.putHigh(halves, pfn, value)
    this.trace.delta(field, pfn, old, value)
  }

  /** Writes the high half of a word without a delta. */
  putHigh(halves: Map<number, number>, pfn: number, value: number): void {
    if (value === 0) halves.delete(pfn)
    else halves.set(pfn, value)
    this.mark(pfn)
  }

  setPincount(pfn: number, value: number): void {
    const old = this.pincount[pfn]
    if (old === value) return
    this.pincount[pfn] = value
    this.trace.delta(Field.PINCOUNT, pfn, old, value)
  }

  setRights(pfn: number, value: number): void {
    const old = this.rights[pfn]
    if (old === value) return
    this.rights[pfn] = value
    this.trace.delta(Field.RIGHTS, pfn, old, value)
  }

  /** `value` = cache id + 1, 0 = no slab. */
  setSlab(pfn: number, value: number): void {
    const old = this.slab[pfn]
    if (old === value) return
    this.slab[pfn] = value
    this.mark(pfn)
    this.trace.delta(Field.SLAB, pfn, old, value)
  }
}
