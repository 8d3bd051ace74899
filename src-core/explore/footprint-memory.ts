/**
 * What a step touches of memory: bytes through pointers, by which allocation and range; what a free ends; the pools
 * that allocations and frees share; and what deltas tell of steps whose rows do not.
 */
import type { Kernel } from '../mm/kernel.ts'
import { hasKasan } from '../trace/abi.ts'
import type { Surface } from '../surface/surface.ts'
import type { TraceChunk } from '../trace/chunk.ts'
import { Field, FrameKind, MAX_ALLOCATION } from '../trace/fields.ts'
import { Family, NO_SUBJECT, Op, OP_FAMILY } from '../trace/ops.ts'
import { EVERYTHING, keyOf, Thing, Way, type Event } from './event.ts'
import type { Names } from './names.ts'
import { isFree, type Occupants } from './occupants.ts'
import type { StaleUses } from './stale-uses.ts'

/** Pools: of pages by order, of vmalloc space, of slab caches by id or size class. */
const POOL_VMALLOC = 64
/** All of them together, where it matters who gets what. */
const POOL_ANY = keyOf(Thing.POOL, 65)
const SPOT_KEY = keyOf(Thing.SPOT, 0)
const POOL_SLAB = 1024

export class MemoryFootprint {
  private readonly pageShift: number
  private readonly quarantines: boolean
  /** Which of several allocations gets what memory matters: stale pointers are used (stale-uses.ts). */
  strict = false
  /** Addresses that the running step reached without a pointer, and whether somebody has what lies there. */
  private readonly reached: number[] = []

  constructor(
    private readonly names: Names,
    private readonly kernel: Kernel,
    private readonly occupants: Occupants,
    /** The program may start user programs. */
    private readonly hasUsers: boolean,
    private readonly uses: StaleUses,
  ) {
    this.pageShift = kernel.info.pageShift
    this.quarantines = hasKasan(kernel.info)
  }

  /** Bytes through a pointer: those of its allocation, and those of whoever is there now. */
  access(event: Event, way: Way, id: number, phys: number, size: number, offset: number): void {
    const { names } = this
    const pfn = phys === NO_SUBJECT ? -1 : phys >>> this.pageShift
    if (id !== 0) {
      event.touch(keyOf(Thing.BYTES, names.memory(id, 0)), offset, offset + size, way)
      if (this.hasUsers && way === Way.WRITE) event.touch(keyOf(Thing.REACH, names.memory(id, 0)), 0, 1, Way.READ)
      if (pfn < 0) return
      const object = this.occupants.objects.get((phys - offset) >>> 3)
      if (object !== undefined && object !== id && object !== 0) {
        event.touch(keyOf(Thing.BYTES, names.memory(object, 0)), offset, offset + size, way)
      }
    }
    const occupant = pfn < 0 ? undefined : this.occupants.byFrame.get(pfn)
    if (occupant !== undefined && occupant !== 0) {
      if (occupant === id || this.kernel.frames.kindOf(pfn) === FrameKind.SLAB) return
      const at = phys - this.occupants.firstFrame.get(occupant)! * 2 ** this.pageShift
      event.touch(keyOf(Thing.BYTES, names.memory(occupant, 0)), at, at + size, way)
    } else if (id === 0 && pfn >= 0) {
      const at = phys & (2 ** this.pageShift - 1)
      event.touch(keyOf(Thing.BYTES, names.memory(0, pfn)), at, at + size, way)
    }
  }

  /** Memory that is given to a device, or taken back. It has to stay. */
  given(event: Event, way: Way, id: number): void {
    if (id === 0) return
    const name = this.names.memory(id, 0)
    event.touch(keyOf(Thing.PLACE, name), 0, 1, Way.READ)
    event.touch(keyOf(Thing.BYTES, name), 0, EVERYTHING, way)
  }

  /** A load or store of user code: `phys` is where it went. */
  userAccess(event: Event, way: Way, id: number, phys: number, size: number): void {
    if (phys === NO_SUBJECT) return
    const pfn = phys >>> this.pageShift
    const occupant = this.occupants.byFrame.get(pfn) ?? 0
    if (this.kernel.frames.kindOf(pfn) === FrameKind.SLAB) {
      event.touch(keyOf(Thing.BYTES, this.names.memory(id, 0)), 0, EVERYTHING, way)
      return
    }
    const first = occupant === 0 ? pfn : this.occupants.firstFrame.get(occupant)!
    const at = phys - first * 2 ** this.pageShift
    event.touch(keyOf(Thing.BYTES, this.names.memory(occupant, pfn)), at, at + size, way)
  }

  /** Visits the memory at physical addresses [phys, end): a page's by offset from its allocation, objects each. */
  places(surface: Surface, phys: number, end: number, visit: (name: number, low: number, high: number) => void): void {
    const { kernel, names, occupants } = this
    const pageSize = 2 ** this.pageShift
    if (this.strict) this.reached.push(phys, end)
    for (let at = phys; at < end;) {
      const pfn = at >>> this.pageShift
      const pageEnd = Math.min(end, (pfn + 1) * pageSize)
      if (!kernel.frames.valid(pfn)) return
      if (kernel.slab.isSlab(pfn)) {
        const start = kernel.slab.objectAt(at)
        const next = start < 0 ? pageEnd : Math.min(end, kernel.slab.objectEnd(at))
        const id = (start < 0 ? 0 : occupants.objects.get(start >>> 3)) ?? surface.memoryAt(at)
        const base = start < 0 ? pfn * pageSize : start
        if (start >= 0 && surface.memoryAt(start) === 0) this.uses.reachedNobody = true
        visit(id === 0 ? occupants.frame(pfn) : names.memory(id, pfn), at - base, next - base)
        at = next
      } else {
        const occupant = occupants.byFrame.get(pfn) ?? 0
        const first = occupant === 0 ? pfn : occupants.firstFrame.get(occupant)!
        if (isFree(kernel.frames.use[pfn]!)) this.uses.reachedNobody = true
        visit(names.memory(occupant, pfn), at - first * pageSize, pageEnd - first * pageSize)
        at = pageEnd
      }
    }
  }

  free(event: Event, op: number, id: number, subject: number, a: number, last: boolean): void {
    const { names } = this
    const slab = subject !== NO_SUBJECT && OP_FAMILY[op] === Family.FREE && !isPageFree(op)
    const name = names.memory(id, slab ? subject >>> this.pageShift : subject)
    event.touch(keyOf(Thing.FRAME, name), 0, EVERYTHING, Way.WRITE)
    if (!last) return
    event.touch(keyOf(Thing.BYTES, name), 0, EVERYTHING, Way.WRITE)
    event.touch(keyOf(Thing.PLACE, name), 0, 1, Way.WRITE)
    this.pool(event, op, a, subject, Way.FREE)
  }

  /** What an allocation and the free whose memory it may reuse have in common. */
  pool(event: Event, op: number, a: number, subject: number, way: Way): void {
    if (this.strict) event.touch(POOL_ANY, 0, 1, Way.WRITE)
    if (isVmalloc(op)) {
      event.touch(keyOf(Thing.POOL, POOL_VMALLOC), 0, 1, way)
      event.touch(keyOf(Thing.POOL, 0), 0, 1, way)
    } else if (isPageAllocation(op) || isPageFree(op)) event.touch(keyOf(Thing.POOL, Math.min(a, 63)), 0, 1, way)
    else if (OP_FAMILY[op] === Family.PUT) event.touch(keyOf(Thing.POOL, 0), 0, 1, way)
    else if (subject !== NO_SUBJECT) {
      // Its cache may take a page for it: an object of a page that was freed before, or of another one.
      if (way === Way.ALLOCATE) event.touch(keyOf(Thing.POOL, 0), 0, 1, way)
      if (this.quarantines) return
      const cache = this.kernel.frames.slab[subject >>> this.pageShift] ?? 0
      event.touch(keyOf(Thing.POOL, POOL_SLAB + cache), 0, 1, way)
    }
  }

  /** A row used a reference that may be stale: it met whoever lies there. */
  spot(event: Event, op: number, subject: number, a: number, flags: number): void {
    event.unsure = true
    const isTold = this.uses.spots(op, subject, a, flags, (low, high) => event.touch(SPOT_KEY, low, high, Way.READ))
    if (!isTold) event.touch(POOL_ANY, 0, 1, Way.READ)
  }

  /** An access through a pointer that outlived its memory. */
  staleAccess(event: Event, surface: Surface, way: Way, phys: number, size: number): void {
    if (phys === NO_SUBJECT) return
    this.places(surface, phys, phys + Math.max(size, 1), (name, low, high) =>
      event.touch(keyOf(Thing.BYTES, name), low, high, way),
    )
  }

  /** Before a step. */
  begin(): void {
    if (this.reached.length > 0) this.reached.length = 0
    this.uses.reachedNobody = false
  }

  /** Where memory changed hands in rows [from, to), and what the step reached without a pointer. */
  changedHands(event: Event, chunk: TraceChunk, from: number, to: number): void {
    const { deltaEnd } = chunk.ops
    const end = to === 0 ? 0 : deltaEnd[to - 1]!
    const { field, index, old } = chunk.deltas
    const pageSize = 2 ** this.pageShift
    const { slab } = this.kernel
    let changed = false
    for (let d = from === 0 ? 0 : deltaEnd[from - 1]!; d < end; d++) {
      const isFrame = field[d] === Field.USE
      if (!isFrame && field[d] !== Field.OBJECT) continue
      changed = true
      const low = isFrame ? index[d]! * pageSize : index[d]! * 8
      const high = isFrame ? low + pageSize : slab.isSlab(low >>> this.pageShift) ? slab.objectEnd(low) : low + 8
      event.touch(SPOT_KEY, low, Math.max(high, low + 8), Way.WRITE)
      const id = isFrame ? old[d]! & MAX_ALLOCATION : old[d]!
      if (id === 0) continue
      for (const thing of [Thing.FRAME, Thing.BYTES, Thing.PLACE])
        event.touch(keyOf(thing, this.names.memory(id, 0)), 0, EVERYTHING, Way.WRITE)
    }
    for (let i = 0; i < this.reached.length; i += 2)
      event.touch(SPOT_KEY, this.reached[i]!, this.reached[i + 1]!, Way.READ)
    if (changed) event.touch(POOL_ANY, 0, 1, Way.WRITE)
    if (changed || this.reached.length > 0) event.unsure = true
  }

  /** What rows [from, to) changed in frames and bytes, as their deltas tell. */
  changed(event: Event, chunk: TraceChunk, from: number, to: number): void {
    const { deltaEnd } = chunk.ops
    const start = from === 0 ? 0 : deltaEnd[from - 1]!
    const end = to === 0 ? 0 : deltaEnd[to - 1]!
    const { field, index, old, new: next } = chunk.deltas
    /** Frames that the step took: nobody else knows them. */
    const taken = new Set<number>()
    let freed = 0
    for (let d = start; d < end; d++) {
      if (field[d] !== Field.USE) continue
      if (isFree(old[d]!) && !isFree(next[d]!)) {
        taken.add(index[d]!)
        event.touch(keyOf(Thing.POOL, 0), 0, 1, Way.ALLOCATE)
      } else if (!isFree(old[d]!) && isFree(next[d]!) && !taken.has(index[d]!)) {
        freed++
        const name = this.occupants.frame(index[d]!)
        for (const thing of [Thing.FRAME, Thing.BYTES, Thing.PLACE])
          event.touch(keyOf(thing, name), 0, EVERYTHING, Way.WRITE)
      }
    }
    if (freed > 0) event.touch(keyOf(Thing.POOL, Math.ceil(Math.log2(freed))), 0, 1, Way.FREE)
    if (freed > 1) event.touch(keyOf(Thing.POOL, 0), 0, 1, Way.FREE)
    for (let d = start; d < end; d++) {
      const what = field[d]!
      if (PAGE_FIELDS.has(what)) {
        const pfn = index[d]!
        if (!taken.has(pfn) && this.occupants.byFrame.has(pfn))
          event.touch(keyOf(Thing.FRAME, this.occupants.frame(pfn)), 0, EVERYTHING, Way.WRITE)
      } else if (what === Field.BYTES || what === Field.FILL) {
        const pfn = index[d]! >>> this.pageShift
        if (taken.has(pfn) || this.kernel.frames.kindOf(pfn) === FrameKind.TABLE || !this.occupants.byFrame.has(pfn))
          continue
        event.touch(keyOf(Thing.BYTES, this.occupants.frame(pfn)), 0, EVERYTHING, Way.WRITE)
      }
    }
  }
}

/** Fields of `struct page`. */
const PAGE_FIELDS: ReadonlySet<number> = new Set([
  Field.REFCOUNT,
  Field.MAPCOUNT,
  Field.FLAGS,
  Field.PRIVATE,
  Field.PINCOUNT,
  Field.MAPPING,
  Field.PRIVATE_HIGH,
  Field.MAPPING_HIGH,
])

const PAGE_ALLOCATIONS: readonly number[] = [
  Op.alloc_pages,
  Op.alloc_page,
  Op.__get_free_pages,
  Op.__get_free_page,
  Op.get_zeroed_page,
  Op.folio_alloc,
  Op.alloc_pages_exact,
]
const PAGE_FREES: readonly number[] = [
  Op.__free_pages,
  Op.__free_page,
  Op.free_pages,
  Op.free_page,
  Op.free_pages_exact,
]
const VMALLOCS: readonly number[] = [
  Op.vmalloc,
  Op.vzalloc,
  Op.__vmalloc,
  Op.vfree,
  Op.vfree_atomic,
  Op.delayed_vfree_work,
  Op.vmalloc_user,
]

const isPageAllocation = (op: number): boolean => PAGE_ALLOCATIONS.includes(op)
const isPageFree = (op: number): boolean => PAGE_FREES.includes(op)
const isVmalloc = (op: number): boolean => VMALLOCS.includes(op)
