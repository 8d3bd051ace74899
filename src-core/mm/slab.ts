/**
 * SLUB: objects of one size, last freed first used.
 *
 * Kernel: mm/slub.c, slab_alloc_node(), do_slab_free(); mm/kasan/common.c, __kasan_slab_free().
 * Simplified: the freelist lies in typed arrays (slab-table.ts); an interior pointer given to a free is refused (on
 * a plain kernel it would corrupt the freelist). Caches with debug flags: slab-debug.ts.
 */
import { addressText } from '../trace/abi.ts'
import type { AllocationKind } from '../trace/allocation-kind.ts'
import { Field } from '../trace/fields.ts'
import { Flag } from '../trace/ops.ts'
import type { Cache } from './cache.ts'
import { __GFP_ZERO } from './gfp.ts'
import type { SlabShot } from './slab-debug.ts'
import { SLAB_CONSISTENCY_CHECKS, SLAB_TYPESAFE_BY_RCU } from './slab-flags.ts'
import { SlabLists } from './slab-lists.ts'
import { NO_SHIFT, QUARANTINED, SlabColumn, SlabPlace } from './slab-table.ts'

export class SlabObjects extends SlabLists {
  /**
   * An object from the cpu's freelist with a new allocation, the first of its operation, where nothing is out of the
   * ordinary: what a hot loop does. -1 = nothing was done, `allocObject` has to be asked.
   */
  protected takeObject(cache: Cache, kind: AllocationKind, size: number): number {
    const { cpu, table, trace } = this
    const { room, words, allocation } = table
    if (cache.debugged) return -1
    let first = cache.cpuFree[cpu]
    if (first === 0) {
      first = this.refillAtHand(cache)
      if (first === 0) return -1
    }
    const slab = cache.cpuSlab[cpu]
    const slot = (words[(slab + SlabColumn.BASE * room) | 0] + first - 1) | 0
    const phys = words[(slab + SlabColumn.START * room) | 0] + (first - 1) * cache.stride
    const old = allocation[slot]
    const id = trace.firstAllocation(kind, phys, size)
    cache.cpuFree[cpu] = table.nextFree[slot]
    allocation[slot] = id
    if (old === 0) words[(slab + SlabColumn.LIVE * room) | 0]++
    trace.put(Field.OBJECT, phys >>> 3, old, id)
    return phys
  }

  /** Takes an object from the cpu's freelist, wherever that has to come from. -1 = no memory. */
  protected allocObject(cache: Cache, gfp: number, kind: AllocationKind, size: number): number {
    const { cpu, table } = this
    if (cache.debugged) {
      const slab = this.debuggedSlab(cache, gfp)
      return slab < 0 ? -1 : this.allocDebugged(cache, slab, gfp, kind, size)
    }
    let index = cache.cpuFree[cpu]
    if (index === 0) {
      index = this.allocSlow(cache, gfp)
      if (index === 0) return -1
    }
    const slab = cache.cpuSlab[cpu]
    cache.cpuFree[cpu] = table.nextFree[table.base[slab] + index - 1]
    return this.handOut(cache, slab, index, gfp, kind, size)
  }

  /** alloc_single_from_partial(): an object of a cache with debug flags, or of its next slab if it is damaged. */
  private allocDebugged(cache: Cache, slab: number, gfp: number, kind: AllocationKind, size: number): number {
    const { table } = this
    const index = table.free[slab]
    if (!this.debugAlloc(cache, slab, table.start[slab] + (index - 1) * cache.stride)) {
      return this.allocObject(cache, gfp, kind, size)
    }
    table.free[slab] = table.nextFree[table.base[slab] + index - 1]
    if (table.free[slab] === 0) this.retire(cache, slab)
    return this.handOut(cache, slab, index, gfp, kind, size)
  }

  /** An object that was taken from a freelist gets its allocation; returns its physical address. */
  private handOut(cache: Cache, slab: number, index: number, gfp: number, kind: AllocationKind, size: number): number {
    const { table, trace } = this
    const slot = table.base[slab] + index - 1
    const phys = table.start[slab] + (index - 1) * cache.stride
    const id = trace.allocation(kind, phys, size)
    const old = table.allocation[slot]
    table.allocation[slot] = id
    if (old === 0) table.live[slab]++
    trace.delta(Field.OBJECT, phys >>> 3, old, id)
    if ((gfp & __GFP_ZERO) !== 0) this.memory.fill(phys, cache.objectSize, 0)
    return phys
  }

  /** Frees the object of a slab that starts at `phys`. LAST: it was allocated. WILD: no object starts there. */
  protected freeObject(slab: number, phys: number, elsewhere = false): number {
    const { table, trace } = this
    const { words, room } = table
    const cache = this.caches[words[slab]]
    const { stride } = cache
    const offset = (phys - words[(slab + SlabColumn.START * room) | 0]) | 0
    const index = cache.indexAt(offset)
    if (offset < 0 || index * stride !== offset || index >= words[(slab + SlabColumn.OBJECTS * room) | 0]) {
      if (!this.kasan && (cache.flags & SLAB_CONSISTENCY_CHECKS) !== 0) this.refusePointer(cache, slab, phys)
      return this.refuseFree('invalid-free')
    }
    const slot = words[(slab + SlabColumn.BASE * room) | 0] + index
    const id = table.allocation[slot]
    // Readers may use objects of a TYPESAFE_BY_RCU cache after their free: KASAN leaves them alone.
    if (this.kasan && (cache.flags & SLAB_TYPESAFE_BY_RCU) === 0) {
      return this.quarantineObject(cache, slab, index, phys)
    }
    if (cache.debugged && !this.debugFree(cache, slab, phys, id)) return Flag.WARNED
    if (id !== 0) {
      table.allocation[slot] = 0
      table.live[slab]--
      trace.delta(Field.OBJECT, phys >>> 3, id, 0)
    }
    // A double free is not noticed: the object is linked again and the freelist has a cycle.
    const { cpu } = this
    if (cache.debugged) {
      this.freeDebugged(cache, slab, index)
    } else if (cache.cpuSlab[cpu] === slab && !elsewhere) {
      table.nextFree[slot] = cache.cpuFree[cpu]
      cache.cpuFree[cpu] = index + 1
    } else {
      this.freeSlow(cache, slab, index)
    }
    return id === 0 ? 0 : Flag.LAST
  }

  /** alloc_debug_processing(): false = the object is damaged, its slab is out of service. */
  private debugAlloc(cache: Cache, slab: number, phys: number): boolean {
    if (this.marks.intact(cache, this.shot(cache, slab, phys, true), phys, false)) {
      this.marks.paint(cache, phys, true)
      return true
    }
    this.marks.fixed(cache, 'Marking all objects used')
    this.marks.finish(phys)
    // No object of the slab is handed out any more, and it never looks empty.
    this.table.free[slab] = 0
    this.table.live[slab]++
    this.retire(cache, slab)
    return false
  }

  /** free_debug_processing(): false = the free is refused, the object stays allocated. */
  private debugFree(cache: Cache, slab: number, phys: number, id: number): boolean {
    const live = this.table.live[slab]
    const shot = this.shot(cache, slab, phys, false)
    // The text has a line feed of its own.
    if (live === 0) this.marks.refuseSlab(cache, shot, 'Slab has 0 allocated objects but 1 are to be freed\n')
    else if (id === 0) this.marks.refuse(cache, shot, phys, 'Object already free')
    else if (this.marks.intact(cache, shot, phys, true)) {
      this.marks.paint(cache, phys, false)
      return true
    }
    this.marks.fixed(cache, `Object at 0x${addressText(this.info, this.pageOffset + BigInt(phys))} not freed`)
    this.marks.finish(phys)
    return false
  }

  /** free_consistency_checks(): the pointer is none to the start of an object. */
  private refusePointer(cache: Cache, slab: number, phys: number): void {
    const text = `0x${addressText(this.info, this.pageOffset + BigInt(phys))}`
    const start = this.table.start[slab]
    const object = start + Math.max(0, Math.floor((phys - start) / cache.stride)) * cache.stride
    this.marks.refuseSlab(cache, this.shot(cache, slab, object, false), `Invalid object pointer ${text}`)
    this.marks.fixed(cache, `Object at ${text} not freed`)
    this.marks.finish(object)
  }

  /** A slab as a report shows it. */
  private shot(cache: Cache, slab: number, phys: number, isAllocating: boolean): SlabShot {
    const { table } = this
    const at = (index: number): number => (index === 0 ? -1 : table.start[slab] + (index - 1) * cache.stride)
    const index = (phys - table.start[slab]) / cache.stride
    const next = at(table.nextFree[table.base[slab] + index] ?? 0)
    return {
      pfn: table.pfn[slab],
      start: table.start[slab] - cache.firstObject,
      used: table.live[slab] + (isAllocating ? 1 : 0),
      free: isAllocating ? next : at(table.free[slab]),
      next,
      isPartial: table.live[slab] < table.objects[slab],
      objects: table.objects[slab],
      order: table.order[slab],
    }
  }

  private refuseFree(what: string): number {
    if (!this.kasan) return Flag.WILD
    this.reports.add('bug', `BUG: KASAN: ${what} in ${this.reports.comm}`)
    return what === 'invalid-free' ? Flag.WILD | Flag.WARNED : Flag.WARNED
  }

  /** With KASAN a freed object is kept back; freeing it again is reported and does nothing. */
  private quarantineObject(cache: Cache, slab: number, index: number, phys: number): number {
    const { table } = this
    const slot = table.base[slab] + index
    const id = table.allocation[slot]
    if (id === 0 || id === QUARANTINED) return this.refuseFree('double-free')
    table.allocation[slot] = QUARANTINED
    this.trace.delta(Field.OBJECT, phys >>> 3, id, 0)
    this.quarantine.push(slab, index, cache.stride)
    this.shrinkQuarantine()
    return Flag.LAST
  }

  private shrinkQuarantine(): void {
    const { quarantine } = this
    while (quarantine.bytes > quarantine.limit && quarantine.length > 0) this.releaseOldest()
  }

  /** Puts the object that is longest in the quarantine on its freelist. */
  private releaseOldest(): void {
    const { table, quarantine } = this
    const { words, room, allocation } = table
    const slab = quarantine.oldest
    const index = quarantine.oldestIndex
    const cache = this.caches[words[slab]]
    quarantine.drop(cache.stride)
    const slot = (words[(slab + SlabColumn.BASE * room) | 0] + index) | 0
    // The slab may have lost its page, and its objects with it.
    if (allocation[slot] !== QUARANTINED) return
    if (cache.debugged && !this.debugFree(cache, slab, table.start[slab] + index * cache.stride, QUARANTINED)) return
    allocation[slot] = 0
    words[(slab + SlabColumn.LIVE * room) | 0]--
    if (cache.debugged) {
      this.freeDebugged(cache, slab, index)
    } else if (cache.cpuSlab[this.cpu] === slab) {
      table.nextFree[slot] = cache.cpuFree[this.cpu]
      cache.cpuFree[this.cpu] = index + 1
    } else {
      this.freeSlow(cache, slab, index)
    }
  }

  /**
   * A free under KASAN where nothing is out of the ordinary, as a hot loop makes it: the object goes to the quarantine,
   * the one that is longest there to its freelist. False = nothing was done, `freeObject` has to be asked.
   */
  protected giveObject(slab: number, phys: number): boolean {
    const { table, trace, quarantine } = this
    const { words, room, allocation } = table
    const shift = words[(slab + SlabColumn.SHIFT * room) | 0]
    const offset = (phys - words[(slab + SlabColumn.START * room) | 0]) | 0
    const index = offset >> shift
    const isObject = index << shift === offset && index >>> 0 < words[(slab + SlabColumn.OBJECTS * room) | 0]
    if (shift === NO_SHIFT || !isObject) return false
    const slot = (words[(slab + SlabColumn.BASE * room) | 0] + index) | 0
    const id = allocation[slot]
    if (id === 0 || id === QUARANTINED) return false
    allocation[slot] = QUARANTINED
    trace.put(Field.OBJECT, phys >>> 3, id, 0)
    quarantine.push(slab, index, 1 << shift)
    if (quarantine.bytes <= quarantine.limit) return true
    if (!this.releaseLikeIt(shift)) this.releaseOldest()
    if (quarantine.bytes > quarantine.limit) this.shrinkQuarantine()
    return true
  }

  /** `releaseOldest` of an object of so many bytes whose slab has free objects already; false = nothing was done. */
  private releaseLikeIt(shift: number): boolean {
    const { table, quarantine } = this
    const { words, room, allocation } = table
    const slab = quarantine.oldest
    const index = quarantine.oldestIndex
    const slot = (words[(slab + SlabColumn.BASE * room) | 0] + index) | 0
    const isLikeIt = words[(slab + SlabColumn.SHIFT * room) | 0] === shift
    if (!isLikeIt || table.place[slab] !== SlabPlace.CPU_PARTIAL || allocation[slot] !== QUARANTINED) return false
    quarantine.drop(1 << shift)
    allocation[slot] = 0
    words[(slab + SlabColumn.LIVE * room) | 0]--
    const free = (slab + SlabColumn.FREE * room) | 0
    table.nextFree[slot] = words[free]
    words[free] = index + 1
    return true
  }

  protected emptyQuarantine(cache: Cache): void {
    const { quarantine, table } = this
    for (let left = quarantine.length; left > 0; left--) {
      if (table.cache[quarantine.oldest] === cache.id) this.releaseOldest()
      else {
        quarantine.push(quarantine.oldest, quarantine.oldestIndex, 0)
        quarantine.drop(0)
      }
    }
  }

  /** Id of the allocation of the object that holds this address; 0 = free, or no slab. */
  allocationAt(phys: number): number {
    const slot = this.slotAt(phys)
    if (slot < 0) return 0
    const id = this.table.allocation[slot]
    return id === QUARANTINED ? 0 : id
  }

  /** Where the object that holds this address starts; -1 = no slab, or between objects. */
  objectAt(phys: number): number {
    const slab = this.slabOf(phys)
    if (slab < 0) return -1
    const { stride } = this.caches[this.table.cache[slab]]
    const start = this.table.start[slab]
    return this.slotAt(phys) < 0 ? -1 : start + Math.floor((phys - start) / stride) * stride
  }

  /** Where the object that holds this address ends; -1 = no slab, or between objects. */
  objectEnd(phys: number): number {
    const start = this.objectAt(phys)
    return start < 0 ? -1 : start + this.caches[this.table.cache[this.slabOf(phys)]].stride
  }

  private slotAt(phys: number): number {
    const slab = this.slabOf(phys)
    if (slab < 0) return -1
    const cache = this.caches[this.table.cache[slab]]
    const offset = phys - this.table.start[slab]
    const index = (offset / cache.stride) | 0
    return offset < 0 || index >= this.table.objects[slab] ? -1 : this.table.base[slab] + index
  }
}
