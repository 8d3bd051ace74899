/**
 * Writes a trace. The hot path of the simulator: `begin`, some `delta`s, `end`, a handful of typed-array stores and
 * no allocation until a chunk is full.
 *
 * A run that may be long writes all its chunks to one segment (segment.ts): then the columns below never change, and V8
 * takes them for constants.
 */
import {
  DELTAS_PER_OP,
  FULL_OPS,
  chunkOf,
  growAllocations,
  growDeltas,
  moveOut,
  newBuffer,
  newChunk,
  type AllocationColumns,
  type DeltaColumns,
  type OpColumns,
  type TraceChunk,
} from './chunk.ts'
import { Field } from './fields.ts'
import type { AllocationKind } from './allocation-kind.ts'
import type { Segment } from './segment.ts'

/**
 * Where chunks go. `opened` is called with an empty chunk (and again if its columns had to grow), `closed` when it
 * is full or the run ends.
 */
export interface ChunkSink {
  opened(chunk: TraceChunk): void
  closed(chunk: TraceChunk): void
}

/** Rows of the first chunk. Short runs stay small, long ones stay fast. */
const FIRST_OPS = 4096
/** Deltas of an operation that `begin` makes room for. */
const ROOM = 8

export class TraceWriter {
  /** Task that the next operation belongs to. */
  task = 0
  /** Steps written so far; the step of the operation being recorded is `step` after `begin`. */
  step = 0
  /** Allocations made so far: the newest id. */
  lastAllocation = 0

  private chunk!: TraceChunk
  /** Rows of the columns that are written: operations, deltas and allocations. */
  private n = 0
  private d = 0
  private made = 0
  /** Those that the chunk begins with. */
  private firstOp = 0
  private firstDelta = 0
  private firstMade = 0
  /** Rows that there is room for. */
  private opCapacity = 0
  private deltaCapacity = 0
  private allocationCapacity = 0
  /**
   * Row from which on `begin` has to look for room: before it every operation has room for ROOM deltas and one
   * allocation, so that `put` and `firstAllocation` need not ask. Whatever writes more makes it 0.
   */
  private until = 0

  /** Where the next chunk goes; null = to memory of its own. */
  private segment: Segment | null
  /**
   * The run may be long: what a hot loop reads is made so that V8 can take it for constant, even if that takes memory.
   */
  readonly mayBeLong: boolean
  /** The trace is over and none of it lies in the segment that the writer was given. */
  hasLeft = false

  private opKind!: Uint16Array
  private opTask!: Uint16Array
  private opSite!: Uint32Array
  private opAllocation!: Uint32Array
  private opSubject!: Uint32Array
  private opA!: Int32Array
  private opB!: Int32Array
  private opFlags!: Uint8Array
  private opDeltaEnd!: Uint32Array
  private deltaField!: Uint8Array
  private deltaIndex!: Uint32Array
  private deltaOld!: Uint32Array
  private deltaNew!: Uint32Array
  private allocationStep!: Uint32Array
  private allocationKind!: Uint8Array
  private allocationBase!: Uint32Array
  private allocationSize!: Uint32Array

  /** `segment`: memory for the chunks of a run that may be long. */
  constructor(
    private readonly sink: ChunkSink,
    private readonly home: Segment | null = null,
  ) {
    const segment = home
    this.segment = home
    this.mayBeLong = home !== null
    if (segment !== null) {
      const { columns } = segment
      this.useOps(columns.ops)
      this.useDeltas(columns.deltas, segment.deltas)
      this.useAllocations(columns.allocations, segment.ops)
    }
    this.open(FIRST_OPS)
  }

  private open(capacity: number): void {
    const index = this.chunk === undefined ? 0 : this.chunk.index + 1
    const { segment } = this
    if (segment === null) this.openOwn(index, capacity)
    else if (
      this.n + capacity > segment.ops ||
      this.d + capacity > segment.deltas ||
      this.made + capacity > segment.ops
    ) {
      this.segment = null
      this.openOwn(index, capacity)
    } else {
      segment.clearOps(this.n, this.n + capacity)
      segment.clearAllocations(this.made, this.made + capacity)
      const columns = segment.window(this.n, capacity, this.d, this.made)
      this.opCapacity = this.n + capacity
      this.allocationCapacity = this.made + capacity
      this.chunk = chunkOf(index, this.step + 1, this.lastAllocation + 1, columns)
    }
    this.firstOp = this.n
    this.firstDelta = this.d
    this.firstMade = this.made
    this.until = 0
    this.sink.opened(this.chunk)
  }

  /** Opens a chunk in columns of its own. */
  private openOwn(index: number, capacity: number): void {
    const deltas = capacity * DELTAS_PER_OP
    const chunk = newChunk(index, this.step + 1, this.lastAllocation + 1, capacity, deltas)
    this.chunk = chunk
    this.n = this.d = this.made = 0
    this.opCapacity = capacity
    this.useOps(chunk.ops)
    this.useDeltas(chunk.deltas, deltas)
    this.useAllocations(chunk.allocations, capacity)
  }

  private useOps(ops: OpColumns): void {
    this.opKind = ops.kind
    this.opTask = ops.task
    this.opSite = ops.site
    this.opAllocation = ops.allocation
    this.opSubject = ops.subject
    this.opA = ops.a
    this.opB = ops.b
    this.opFlags = ops.flags
    this.opDeltaEnd = ops.deltaEnd
  }

  private useDeltas(deltas: DeltaColumns, capacity: number): void {
    this.deltaCapacity = capacity
    this.deltaField = deltas.field
    this.deltaIndex = deltas.index
    this.deltaOld = deltas.old
    this.deltaNew = deltas.new
  }

  private useAllocations(allocations: AllocationColumns, capacity: number): void {
    this.allocationCapacity = capacity
    this.allocationStep = allocations.step
    this.allocationKind = allocations.kind
    this.allocationBase = allocations.base
    this.allocationSize = allocations.size
  }

  private close(): void {
    this.sync()
    this.sink.closed(this.chunk)
  }

  /**
   * Closes the full chunk and opens the next. What has changed since the last operation ended (a task that woke up, a
   * counter that a call changes first) belongs to the operation that begins: it goes along.
   */
  private turn(): void {
    const { arena, deltas, ops } = this.chunk
    const from = ops.deltaEnd[this.n - this.firstOp - 1]
    const to = this.d - this.firstDelta
    const carried = Array.from({ length: to - from }, (_, i) => from + i)
    const rows = carried.map((d) => [deltas.field[d], deltas.index[d], deltas.old[d], deltas.new[d]] as const)
    deltas.field.fill(0, from, to)
    this.d = from + this.firstDelta
    this.close()
    this.open(FULL_OPS)
    for (const [field, index, old, value] of rows) {
      if (field === Field.BYTES) {
        this.bytes(index, arena.slice(old, old + value), arena.slice(old + value, old + 2 * value))
      } else if (field === Field.FILL) {
        this.fill(index, value, arena[old], arena[old + 1] === 0 ? null : arena.slice(old + 2, old + 2 + value))
      } else this.delta(field as Field, index, old, value)
    }
  }

  /** Makes the open chunk's counts true, for whoever reads it before it is full. */
  sync(): void {
    this.chunk.opCount = this.n - this.firstOp
    this.chunk.deltaCount = this.d - this.firstDelta
    this.chunk.allocationCount = this.made - this.firstMade
  }

  /**
   * Opens the record of one operation and returns its step. Every `begin` is followed by exactly one `end`. There is
   * room for ROOM deltas and one allocation afterwards.
   */
  begin(site: number): number {
    if (this.n >= this.until) this.makeRoom()
    this.opSite[this.n] = site
    return ++this.step
  }

  /** Makes room for the next operation, and says for how many there is. */
  private makeRoom(): void {
    if (this.n === this.opCapacity) this.turn()
    if (this.d + ROOM > this.deltaCapacity) this.growDeltas()
    if (this.made === this.allocationCapacity) this.growAllocations()
    const deltas = Math.floor((this.deltaCapacity - this.d) / ROOM)
    const rows = Math.min(this.opCapacity - this.n, deltas, this.allocationCapacity - this.made)
    this.until = this.n + rows
  }

  /** Records that the operation changed `field` of `index` from `old` to `value`. */
  delta(field: Field, index: number, old: number, value: number): void {
    if (this.d === this.deltaCapacity) this.growDeltas()
    this.until = 0
    this.put(field, index, old, value)
  }

  /** As `delta`, for the first ROOM deltas of an operation: `begin` made room for them. */
  put(field: Field, index: number, old: number, value: number): void {
    const { d } = this
    this.deltaIndex[d] = index
    this.deltaOld[d] = old
    this.deltaNew[d] = value
    this.deltaField[d] = field
    this.d = d + 1
  }

  private growDeltas(): void {
    const count = this.d - this.firstDelta
    const capacity = Math.max(count * 2, FIRST_OPS)
    this.segment = null
    this.chunk.deltas = growDeltas(this.chunk.deltas, count, capacity)
    this.d = count
    this.firstDelta = 0
    this.useDeltas(this.chunk.deltas, capacity)
    this.sync()
    this.sink.opened(this.chunk)
  }

  /** Closes the record opened by `begin`. Meaning of the arguments by kind: ops.ts. */
  end(kind: number, allocation: number, subject: number, a: number, b: number, flags: number): void {
    const { n } = this
    this.opAllocation[n] = allocation
    this.opSubject[n] = subject
    this.opA[n] = a
    this.opB[n] = b
    this.opDeltaEnd[n] = this.d - this.firstDelta
    this.opFlags[n] = flags
    this.opTask[n] = this.task
    this.opKind[n] = kind
    this.n = n + 1
  }

  /** Site of the operation being recorded. */
  get openSite(): number {
    return this.opSite[this.n]
  }

  /** Site of the operation that was closed last. */
  get lastSite(): number {
    return this.n === this.firstOp ? 0 : this.opSite[this.n - 1]
  }

  /** Takes back a `begin` after which nothing was recorded: the call was refused before the kernel saw it. */
  abandon(): void {
    this.step--
  }

  /** Names a new piece of memory, made by the operation being recorded. Returns its id, from 1. */
  allocation(kind: AllocationKind, base: number, size: number): number {
    if (this.made === this.allocationCapacity) this.growAllocations()
    this.until = 0
    return this.firstAllocation(kind, base, size)
  }

  /** As `allocation`, for the first one of an operation: `begin` made room for it. */
  firstAllocation(kind: AllocationKind, base: number, size: number): number {
    const at = this.made
    this.allocationStep[at] = this.step
    this.allocationBase[at] = base
    this.allocationSize[at] = size
    this.allocationKind[at] = kind
    this.made = at + 1
    return ++this.lastAllocation
  }

  /** More allocations than operations: some of them made many at once (bulk, split_page). */
  private growAllocations(): void {
    const { segment } = this
    if (segment !== null && this.allocationCapacity + FULL_OPS <= segment.ops) {
      segment.clearAllocations(this.allocationCapacity, this.allocationCapacity + FULL_OPS)
      this.allocationCapacity += FULL_OPS
      return
    }
    const count = this.made - this.firstMade
    const capacity = Math.max(count * 2, FIRST_OPS)
    this.segment = null
    this.chunk.allocations = growAllocations(this.chunk.allocations, count, capacity)
    this.made = count
    this.firstMade = 0
    this.useAllocations(this.chunk.allocations, capacity)
    this.sync()
    this.sink.opened(this.chunk)
  }

  /** Records that `next` replaced `old` (same length) at a physical address. */
  bytes(address: number, old: Uint8Array, next: Uint8Array): void {
    const length = next.length
    const at = this.reserve(length * 2)
    const arena = this.chunk.arena
    arena.set(old, at)
    arena.set(next, at + length)
    this.delta(Field.BYTES, address, at, length)
  }

  /** Records one byte of a write; the same as `bytes` of length 1 without making arrays. */
  byte(address: number, old: number, value: number): void {
    const at = this.reserve(2)
    const arena = this.chunk.arena
    arena[at] = old
    arena[at + 1] = value
    this.delta(Field.BYTES, address, at, 1)
  }

  /** Records that `length` bytes became `value`. `old` is null when they were all zero before. */
  fill(address: number, length: number, value: number, old: Uint8Array | null): void {
    const at = this.reserve(2 + (old === null ? 0 : length))
    const arena = this.chunk.arena
    arena[at] = value
    arena[at + 1] = old === null ? 0 : 1
    if (old !== null) arena.set(old, at + 2)
    this.delta(Field.FILL, address, at, length)
  }

  private reserve(bytes: number): number {
    const { chunk } = this
    const at = chunk.arenaCount
    if (at + bytes > chunk.arena.length) {
      const grown = new Uint8Array(newBuffer(Math.max(chunk.arena.length * 2, at + bytes)))
      grown.set(chunk.arena)
      chunk.arena = grown
      this.sync()
      this.sink.opened(chunk)
    }
    chunk.arenaCount = at + bytes
    return at
  }

  /** Starts a new trace in the columns of the last one: for executions of the explorer, which come by the thousand. */
  restart(allocations: number): void {
    this.step = 0
    this.lastAllocation = allocations
    if (this.chunk.index > 0) {
      Reflect.deleteProperty(this, 'chunk')
      this.open(FIRST_OPS)
      return
    }
    // Loops, here and in the explorer: in a locked-down realm natives are wrapped (runtime/native-bounds.ts).
    const { kind } = this.chunk.ops
    for (let i = 0; i < this.n; i++) kind[i] = 0
    this.n = this.d = this.made = this.until = 0
    this.chunk.arenaCount = 0
    this.sync()
    this.sink.opened(this.chunk)
  }

  /** Index of the chunk being written. */
  get chunkIndex(): number {
    return this.chunk.index
  }

  /** The chunk being written, its counts true. */
  get openChunk(): TraceChunk {
    this.sync()
    return this.chunk
  }

  /** Ends the trace: hands over the last chunk, full or not. A short trace leaves the segment to somebody else. */
  finish(): void {
    if (this.home !== null && this.chunk.index === 0) {
      this.sync()
      moveOut(this.chunk)
      this.hasLeft = true
    }
    this.close()
  }
}
