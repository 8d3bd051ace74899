/**
 * Reads from the trace what a step touched (SURFACE §9): the rows that it wrote and the deltas they caused. Memory is
 * named after the allocation that the pointer came from, and after whoever occupies it now if that is another one.
 */
import type { CompiledProgram } from '../compiler/contract.ts'
import { LockMode } from '../sched/locks.ts'
import type { Kernel } from '../mm/kernel.ts'
import type { Surface } from '../surface/surface.ts'
import type { TraceChunk } from '../trace/chunk.ts'
import { Field, FrameKind, MAX_ALLOCATION } from '../trace/fields.ts'
import { Family, Flag, NO_SUBJECT, Op, OP_FAMILY } from '../trace/ops.ts'
import { EVERYTHING, keyOf, LockStep, Thing, Way, type Event } from './event.ts'
import { Code, CODE_OF, CONDITIONAL } from './footprint-codes.ts'
import type { Names } from './names.ts'

const RCU_KEY = keyOf(Thing.RCU, 0)
/** Not a part of state-watch.ts: those count from 1. */
const DMA_KEY = keyOf(Thing.SUBSYSTEM, 0)
const RANDOM_KEY = keyOf(Thing.SINGLE, 0)
/** Pools: of pages by order, of vmalloc space, of slab caches by id or size class. */
const POOL_VMALLOC = 64
const POOL_SLAB = 1024

/** Steps whose rows a process has to come after: a task's end, the ends of RCU sections. */
export interface After {
  /** Task whose end it waited for; -1 = none. */
  join: number
  /** All RCU callbacks so far. */
  callbacks: boolean
}

export class Footprints {
  /** What the event read last has to come after. */
  readonly after: After = { join: -1, callbacks: false }
  /** By frame: the allocation that occupied it last, as far as this execution changed it. */
  private readonly occupants = new Map<number, number>()
  private readonly objects = new Map<number, number>()
  /** By allocation: its first frame. */
  private readonly firstFrame = new Map<number, number>()
  private readonly conditional: Uint8Array
  private readonly pageShift: number
  private readonly quarantines: boolean
  /** The program may start user programs. */
  private readonly hasUsers: boolean
  /** The event read has rows whose changes are told by their deltas. */
  private user = false

  constructor(
    private readonly names: Names,
    program: CompiledProgram,
    private readonly kernel: Kernel,
  ) {
    this.conditional = Uint8Array.from(program.sites, ({ callee }) => (CONDITIONAL.test(callee) ? 1 : 0))
    this.pageShift = kernel.info.pageShift
    this.quarantines = kernel.info.debug
    this.hasUsers = program.modules.some(({ interleaved }) => interleaved.includes('spawn'))
  }

  /** Before an execution. */
  reset(): void {
    if (this.occupants.size > 0) {
      this.occupants.clear()
      this.firstFrame.clear()
    }
    if (this.objects.size > 0) this.objects.clear()
  }

  /** Follows rows [from, to) of a chunk that are known already: only who occupies what. */
  follow(chunk: TraceChunk, from: number, to: number): void {
    this.occupy(chunk, from, to, null)
  }

  /** Adds what rows [from, to) touched to an event. */
  read(event: Event, surface: Surface, chunk: TraceChunk, from: number, to: number): void {
    this.after.join = -1
    this.after.callbacks = false
    this.user = false
    for (let row = from; row < to; row++) this.row(event, surface, chunk, row)
    if (this.user) {
      event.unsure = true
      this.changed(event, chunk, from, to)
    }
    this.occupy(chunk, from, to, event)
  }

  private row(event: Event, surface: Surface, chunk: TraceChunk, i: number): void {
    const { kind, site, allocation, subject, a, b, flags } = chunk.ops
    const op = kind[i]!
    const id = allocation[i]!
    const flag = flags[i]!
    const { names } = this
    switch (CODE_OF[op] as Code) {
      case Code.USER:
        this.user = true
        break
      case Code.USER_READ:
      case Code.USER_WRITE:
        this.user = true
        this.userAccess(event, CODE_OF[op] === Code.USER_READ ? Way.READ : Way.WRITE, id, subject[i]!, a[i]!)
        break
      case Code.USER_PAGE:
        this.user = true
        if (subject[i] !== NO_SUBJECT) {
          const name = this.frameName(id, subject[i]!)
          event.touch(keyOf(Thing.PLACE, name), 0, 1, Way.READ)
          event.touch(keyOf(Thing.REACH, name), 0, 1, Way.WRITE)
        }
        break
      case Code.DMA_READ:
      case Code.DMA:
        this.user = true
        this.dma(event, CODE_OF[op] === Code.DMA ? Way.WRITE : Way.READ, id)
        break
      case Code.GLOBAL:
        event.global = true
        break
      case Code.NOTHING:
        break
      case Code.CELL_READ:
      case Code.CELL_WRITE: {
        const way = CODE_OF[op] === Code.CELL_READ ? Way.READ : Way.WRITE
        event.touch(keyOf(Thing.CELL, names.cell(subject[i]!)), 0, 1, way)
        event.before = surface.cells.before
        if (this.conditional[site[i]!] === 1) this.condition(event, surface)
        break
      }
      case Code.LOCK:
      case Code.TRYLOCK:
      case Code.UNLOCK:
      case Code.WAIT:
      case Code.COMPLETE:
        this.lock(event, surface, op, subject[i]!, a[i]!, b[i]!, flag)
        break
      case Code.READ:
      case Code.WRITE:
        this.access(event, OP_FAMILY[op] === Family.WRITE ? Way.WRITE : Way.READ, id, subject[i]!, a[i]!, b[i]!)
        event.before = surface.cells.before
        if (this.conditional[site[i]!] === 1) this.condition(event, surface)
        break
      case Code.ALLOCATE:
        if ((flag & Flag.FAILED) !== 0) event.global = true
        else this.pool(event, op, a[i]!, subject[i]!, Way.ALLOCATE)
        break
      case Code.FREE:
        this.free(event, op, id, subject[i]!, a[i]!, (flag & Flag.LAST) !== 0)
        break
      case Code.PUT:
        event.unsure = true
        if ((flag & Flag.LAST) !== 0) this.free(event, op, id, subject[i]!, 0, true)
        else event.touch(keyOf(Thing.FRAME, this.frameName(id, subject[i]!)), 0, EVERYTHING, Way.WRITE)
        break
      case Code.FRAME_WRITE:
      case Code.FRAME_READ: {
        const way = CODE_OF[op] === Code.FRAME_WRITE && (flag & Flag.FAILED) === 0 ? Way.WRITE : Way.READ
        if (this.conditional[site[i]!] === 1) event.unsure = true
        const name = this.frameName(id, subject[i]!)
        event.touch(keyOf(Thing.FRAME, name), 0, EVERYTHING, way)
        event.touch(keyOf(Thing.PLACE, name), 0, 1, Way.READ)
        break
      }
      case Code.PLACE_READ:
        event.touch(keyOf(Thing.PLACE, this.frameName(id, subject[i]!)), 0, 1, Way.READ)
        break
      case Code.RCU_READER:
        event.touch(RCU_KEY, 0, 1, Way.READER)
        break
      case Code.CALL_RCU:
        event.touch(RCU_KEY, 0, 1, Way.UPDATER)
        break
      case Code.SYNCHRONIZE:
        if (!event.bound) event.touch(RCU_KEY, 0, 1, Way.UPDATER)
        break
      case Code.BARRIER:
        if (!event.bound) event.touch(RCU_KEY, 0, 1, Way.BARRIER)
        event.bound = true
        this.after.callbacks = true
        break
      case Code.JOIN:
        event.bound = true
        this.after.join = subject[i]!
        break
      case Code.RANDOM:
        event.touch(RANDOM_KEY, 0, 1, Way.WRITE)
        break
    }
  }

  private condition(event: Event, surface: Surface): void {
    if (surface.cells.change === null) event.unsure = true
    else event.change = surface.cells.change
  }

  /** Name of the memory that a frame belongs to, or belonged to last. */
  frame(pfn: number): number {
    return this.names.memory(this.occupants.get(pfn) ?? 0, pfn)
  }

  /** A step on scatterlists or DMA mappings: their state is one thing. The memory that it names has to stay. */
  private dma(event: Event, way: Way, id: number): void {
    event.touch(DMA_KEY, 0, 1, way)
    // Bounce buffers: what is copied where is not told.
    if (this.kernel.config.swiotlb) event.global = true
    if (id === 0) return
    const name = this.names.memory(id, 0)
    event.touch(keyOf(Thing.PLACE, name), 0, 1, Way.READ)
    event.touch(keyOf(Thing.BYTES, name), 0, EVERYTHING, way)
  }

  /** A load or store of user code: `phys` is where it went. */
  private userAccess(event: Event, way: Way, id: number, phys: number, size: number): void {
    if (phys === NO_SUBJECT) return
    const pfn = phys >>> this.pageShift
    const occupant = this.occupants.get(pfn) ?? 0
    if (this.kernel.frames.kindOf(pfn) === FrameKind.SLAB) {
      event.touch(keyOf(Thing.BYTES, this.names.memory(id, 0)), 0, EVERYTHING, way)
      return
    }
    const first = occupant === 0 ? pfn : this.firstFrame.get(occupant)!
    const at = phys - first * 2 ** this.pageShift
    event.touch(keyOf(Thing.BYTES, this.names.memory(occupant, pfn)), at, at + size, way)
  }

  /** What rows [from, to) changed in frames and bytes, as their deltas tell. */
  private changed(event: Event, chunk: TraceChunk, from: number, to: number): void {
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
        const name = this.frame(index[d]!)
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
        if (!taken.has(pfn) && this.occupants.has(pfn))
          event.touch(keyOf(Thing.FRAME, this.frame(pfn)), 0, EVERYTHING, Way.WRITE)
      } else if (what === Field.BYTES || what === Field.FILL) {
        const pfn = index[d]! >>> this.pageShift
        if (taken.has(pfn) || this.kernel.frames.kindOf(pfn) === FrameKind.TABLE || !this.occupants.has(pfn)) continue
        event.touch(keyOf(Thing.BYTES, this.frame(pfn)), 0, EVERYTHING, Way.WRITE)
      }
    }
  }

  /** Name of the memory of a row about a frame. */
  private frameName(allocation: number, subject: number): number {
    if (allocation !== 0) return this.names.memory(allocation, 0)
    return this.names.memory(this.occupants.get(subject) ?? 0, subject)
  }

  private lock(event: Event, surface: Surface, op: number, id: number, mode: number, all: number, flag: number): void {
    const lock = surface.locks.list[id - 1]
    if (lock === undefined) {
      event.global = true
      return
    }
    const key = keyOf(Thing.LOCK, this.names.lock(lock))
    // Two locks in one step: what it waits for is not told.
    if (event.lock !== 0 && event.lock !== key) event.global = true
    event.lock = key
    const shared = mode === LockMode.SHARED
    const code = CODE_OF[op]
    if (code === Code.COMPLETE || code === Code.WAIT) {
      event.step = code === Code.WAIT ? LockStep.WAIT : all === 1 ? LockStep.COMPLETE_ALL : LockStep.COMPLETE
      event.waits = code === Code.WAIT
      event.touch(event.lock, 0, 1, Way.WRITE)
      return
    }
    const failed = (flag & Flag.FAILED) !== 0
    event.waits = code === Code.LOCK
    event.tries = code === Code.TRYLOCK
    const isCompletion = mode === LockMode.COMPLETION
    event.wanted = isCompletion ? LockStep.WAIT : shared ? LockStep.TAKE_SHARED : LockStep.TAKE
    if (failed) event.touch(event.lock, 0, 1, Way.READ)
    else {
      if (code === Code.UNLOCK) event.step = shared ? LockStep.RELEASE_SHARED : LockStep.RELEASE
      else event.step = event.wanted
      event.touch(event.lock, 0, 1, shared ? Way.SHARED : Way.WRITE)
    }
  }

  /** Bytes through a pointer: those of its allocation, and those of whoever is there now. */
  private access(event: Event, way: Way, id: number, phys: number, size: number, offset: number): void {
    const { names } = this
    const pfn = phys === NO_SUBJECT ? -1 : phys >>> this.pageShift
    if (id !== 0) {
      event.touch(keyOf(Thing.BYTES, names.memory(id, 0)), offset, offset + size, way)
      if (this.hasUsers && way === Way.WRITE) event.touch(keyOf(Thing.REACH, names.memory(id, 0)), 0, 1, Way.READ)
      if (pfn < 0) return
      const object = this.objects.get((phys - offset) >>> 3)
      if (object !== undefined && object !== id && object !== 0) {
        event.touch(keyOf(Thing.BYTES, names.memory(object, 0)), offset, offset + size, way)
      }
    }
    const occupant = pfn < 0 ? undefined : this.occupants.get(pfn)
    if (occupant !== undefined && occupant !== 0) {
      if (occupant === id || this.kernel.frames.kindOf(pfn) === FrameKind.SLAB) return
      const at = phys - this.firstFrame.get(occupant)! * 2 ** this.pageShift
      event.touch(keyOf(Thing.BYTES, names.memory(occupant, 0)), at, at + size, way)
    } else if (id === 0 && pfn >= 0) {
      const at = phys & (2 ** this.pageShift - 1)
      event.touch(keyOf(Thing.BYTES, names.memory(0, pfn)), at, at + size, way)
    }
  }

  private free(event: Event, op: number, id: number, subject: number, a: number, last: boolean): void {
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
  private pool(event: Event, op: number, a: number, subject: number, way: Way): void {
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

  /** Who occupies what from now on. An allocation that reuses memory touches what was there before. */
  private occupy(chunk: TraceChunk, from: number, to: number, event: Event | null): void {
    const { deltaEnd } = chunk.ops
    const end = to === 0 ? 0 : deltaEnd[to - 1]!
    const { field, index, new: next } = chunk.deltas
    for (let d = from === 0 ? 0 : deltaEnd[from - 1]!; d < end; d++) {
      const what = field[d]!
      if (what === Field.USE) {
        const id = next[d]! & MAX_ALLOCATION
        if (id === 0) continue
        const pfn = index[d]!
        const before = this.occupants.get(pfn)
        if (before === id) continue
        this.occupants.set(pfn, id)
        const first = this.firstFrame.get(id)
        if (first === undefined || pfn < first) this.firstFrame.set(id, pfn)
        if (before !== undefined) this.reuse(event, before, id)
      } else if (what === Field.OBJECT) {
        const id = next[d]!
        if (id === 0) continue
        const before = this.objects.get(index[d]!)
        this.objects.set(index[d]!, id)
        if (before !== undefined && before !== id) this.reuse(event, before, id)
      }
    }
  }

  /** Memory has a new occupant: whoever reaches the place without a right meets one or the other. */
  private reuse(event: Event | null, before: number, after: number): void {
    if (event === null) return
    for (const id of [before, after]) {
      const name = this.names.memory(id, 0)
      event.touch(keyOf(Thing.FRAME, name), 0, EVERYTHING, Way.WRITE)
      event.touch(keyOf(Thing.BYTES, name), 0, EVERYTHING, Way.WRITE)
      event.touch(keyOf(Thing.PLACE, name), 0, 1, Way.WRITE)
    }
    event.unsure = true
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
])

/** True if a frame of this use belongs to nobody. */
function isFree(use: number): boolean {
  const kind = use >>> 28
  return kind === FrameKind.BUDDY || kind === FrameKind.PCP
}

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
