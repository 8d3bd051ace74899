/**
 * Reads from the trace what a step touched (SURFACE §9): the rows that it wrote and the deltas they caused. Memory is
 * named after the allocation that the pointer came from, and after whoever occupies it now if that is another one.
 */
import type { CompiledProgram } from '../compiler/contract.ts'
import type { Kernel } from '../mm/kernel.ts'
import type { Surface } from '../surface/surface.ts'
import type { TraceChunk } from '../trace/chunk.ts'
import { Family, Flag, NO_SUBJECT, OP_FAMILY } from '../trace/ops.ts'
import { EVERYTHING, keyOf, Thing, Way, type Event } from './event.ts'
import { Code, CODE_OF, CONDITIONAL } from './footprint-codes.ts'
import { touchLock } from './footprint-locks.ts'
import { MemoryFootprint } from './footprint-memory.ts'
import type { Names } from './names.ts'
import { Occupants } from './occupants.ts'
import { Reference, StaleUses, TOUCHES } from './stale-uses.ts'

const RCU_KEY = keyOf(Thing.RCU, 0)
/** Scatterlists; items of LRUs that are in no memory. Not parts of state-watch.ts. */
const LISTS_KEY = keyOf(Thing.SINGLE, 1)
const ITEMS_KEY = keyOf(Thing.SINGLE, 2)
const RANDOM_KEY = keyOf(Thing.SINGLE, 0)

/** Steps whose rows a process has to come after: a task's end. */
export interface After {
  /** Task whose end it waited for; -1 = none. */
  join: number
}

export class Footprints {
  /** What the event read last has to come after. */
  readonly after: After = { join: -1 }
  private readonly occupants: Occupants
  private readonly memory: MemoryFootprint
  /** What the present execution shows of references that outlived their memory. */
  readonly uses: StaleUses
  private readonly conditional: Uint8Array
  /** The event read has rows whose changes are told by their deltas. */
  private user = false

  constructor(
    private readonly names: Names,
    program: CompiledProgram,
    kernel: Kernel,
  ) {
    this.conditional = Uint8Array.from(program.sites, ({ callee }) => (CONDITIONAL.test(callee) ? 1 : 0))
    const hasUsers = program.modules.some(({ interleaved }) => interleaved.includes('spawn'))
    this.occupants = new Occupants(names, kernel.frames)
    this.uses = new StaleUses(this.occupants, kernel)
    this.memory = new MemoryFootprint(names, kernel, this.occupants, hasUsers, this.uses)
  }

  /** True if allocations and frees depend on each other, and stale pointers on both. */
  get strict(): boolean {
    return this.memory.strict
  }
  set strict(strict: boolean) {
    this.memory.strict = strict
  }

  /** Before a step. */
  begin(): void {
    this.memory.begin()
  }

  /** Before an execution. */
  reset(): void {
    this.occupants.reset()
    this.uses.reset()
  }

  /** Follows rows [from, to) of a chunk that are known already: only who occupies what. */
  follow(chunk: TraceChunk, from: number, to: number): void {
    this.occupants.occupy(chunk, from, to, null)
  }

  /** Adds what rows [from, to) touched to an event. */
  read(event: Event, surface: Surface, chunk: TraceChunk, from: number, to: number): void {
    this.after.join = -1
    this.user = false
    for (let row = from; row < to; row++) {
      this.row(event, surface, chunk, row, row > from)
      if (TOUCHES[chunk.ops.kind[row]!] === 1) this.reference(event, surface, chunk, row)
    }
    if (this.user) {
      event.unsure = true
      this.memory.changed(event, chunk, from, to)
    }
    if (this.memory.strict) this.memory.changedHands(event, chunk, from, to)
    this.occupants.occupy(chunk, from, to, event)
    if (this.occupants.dangling) this.uses.found = true
  }

  /** Looks whether a row used memory through a reference that outlived it. */
  private reference(event: Event, surface: Surface, chunk: TraceChunk, i: number): void {
    const { kind, allocation, subject, a, b, flags } = chunk.ops
    const op = kind[i]!
    const id = allocation[i]!
    const { memory } = this
    const reference = this.uses.row(op, id, subject[i]!, a[i]!, b[i]!, flags[i]!)
    if (!memory.strict) return
    const code = CODE_OF[op]
    const isUsers = code === Code.USER_READ || code === Code.USER_WRITE || code === Code.USER_PAGE
    if (reference === Reference.FRESH && !isUsers) return
    memory.spot(event, op, subject[i]!, a[i]!, flags[i]!)
    if (reference !== Reference.STALE || (code !== Code.READ && code !== Code.WRITE)) return
    memory.staleAccess(event, surface, code === Code.WRITE ? Way.WRITE : Way.READ, subject[i]!, a[i]!)
  }

  private row(event: Event, surface: Surface, chunk: TraceChunk, i: number, hasRows: boolean): void {
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
        this.memory.userAccess(event, CODE_OF[op] === Code.USER_READ ? Way.READ : Way.WRITE, id, subject[i]!, a[i]!)
        break
      case Code.USER_PAGE:
        this.user = true
        if (subject[i] !== NO_SUBJECT) {
          const name = this.occupants.rowName(id, subject[i]!)
          event.touch(keyOf(Thing.PLACE, name), 0, 1, Way.READ)
          event.touch(keyOf(Thing.REACH, name), 0, 1, Way.WRITE)
        }
        break
      case Code.DMA:
        this.user = true
        if ((flag & Flag.FAILED) !== 0) event.global = true
        this.memory.given(event, Way.WRITE, id)
        break
      case Code.LISTS:
      case Code.LISTS_READ: {
        const way = CODE_OF[op] === Code.LISTS ? Way.WRITE : Way.READ
        this.user = true
        if ((flag & Flag.FAILED) !== 0) event.global = true
        event.touch(LISTS_KEY, 0, 1, way)
        this.memory.given(event, way, id)
        break
      }
      case Code.LRU:
        if (id !== 0) event.touch(keyOf(Thing.PLACE, names.memory(id, 0)), 0, 1, Way.READ)
        else event.touch(ITEMS_KEY, 0, 1, Way.WRITE)
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
        touchLock(event, names, surface, op, subject[i]!, a[i]!, b[i]!, flag, hasRows)
        break
      case Code.READ:
      case Code.WRITE:
        this.memory.access(event, OP_FAMILY[op] === Family.WRITE ? Way.WRITE : Way.READ, id, subject[i]!, a[i]!, b[i]!)
        event.before = surface.cells.before
        if (this.conditional[site[i]!] === 1) this.condition(event, surface)
        break
      case Code.ALLOCATE:
        if ((flag & Flag.FAILED) !== 0) event.global = true
        else this.memory.pool(event, op, a[i]!, subject[i]!, Way.ALLOCATE)
        break
      case Code.FREE:
        this.memory.free(event, op, id, subject[i]!, a[i]!, (flag & Flag.LAST) !== 0)
        break
      case Code.PUT:
        event.unsure = true
        if ((flag & Flag.LAST) !== 0) this.memory.free(event, op, id, subject[i]!, 0, true)
        else event.touch(keyOf(Thing.FRAME, this.occupants.rowName(id, subject[i]!)), 0, EVERYTHING, Way.WRITE)
        break
      case Code.FRAME_WRITE:
      case Code.FRAME_READ: {
        const way = CODE_OF[op] === Code.FRAME_WRITE && (flag & Flag.FAILED) === 0 ? Way.WRITE : Way.READ
        if (this.conditional[site[i]!] === 1) event.unsure = true
        const name = this.occupants.rowName(id, subject[i]!)
        event.touch(keyOf(Thing.FRAME, name), 0, EVERYTHING, way)
        event.touch(keyOf(Thing.PLACE, name), 0, 1, Way.READ)
        break
      }
      case Code.PLACE_READ:
        event.touch(keyOf(Thing.PLACE, this.occupants.rowName(id, subject[i]!)), 0, 1, Way.READ)
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
    return this.occupants.frame(pfn)
  }

  /** The memory that lies at physical addresses, by name, and which bytes of it. */
  places(surface: Surface, phys: number, end: number, visit: (name: number, low: number, high: number) => void): void {
    this.memory.places(surface, phys, end, visit)
  }
}
