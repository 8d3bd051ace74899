/**
 * Writes a trace. The hot path of the simulator: `begin`, some `delta`s, `end`, a handful of typed-array stores and
 * no allocation until a chunk is full.
 *
 * The columns of a chunk lie in one buffer, one after the other (chunk.ts). The writer stores through one view of all
 * its words with the row added to where each column starts: a view each would have to be loaded and checked at every
 * store.
 */
import {
  DELTAS_PER_OP,
  FULL_OPS,
  allocationWords,
  deltaWords,
  growAllocations,
  growDeltas,
  halfStride,
  newBuffer,
  newChunk,
  opHalves,
  opWords,
  wordStride,
  type TraceChunk,
} from './chunk.ts'
import { Field } from './fields.ts'
import type { AllocationKind } from './allocation-kind.ts'

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
  /** Rows written: operations, deltas and allocations. */
  private n = 0
  private d = 0
  private made = 0
  private opCapacity = 0
  private deltaCapacity = 0
  private allocationCapacity = 0
  /**
   * Row from which on `begin` has to look for room: before it every operation has room for ROOM deltas and one
   * allocation, so that `put` and `firstAllocation` need not ask. Whatever writes more makes it 0.
   */
  private until = 0
  /** Elements from a column to the next in the views below. */
  private opStride = 0
  private taskStart = 0
  private deltaStride = 0
  private allocationStride = 0
  /** Site, allocation, subject, a, b, deltaEnd; kind, task; flags. */
  private opWords!: Int32Array
  private opHalves!: Uint16Array
  private opFlags!: Uint8Array
  /** Index, old, new; field. */
  private deltaWords!: Int32Array
  private deltaFields!: Uint8Array
  /** Step, base, size; kind. */
  private allocationWords!: Int32Array
  private allocationKinds!: Uint8Array

  /** `spares`: buffers of full chunks that nobody reads any more; the writer takes them out as it needs them. */
  constructor(
    private readonly sink: ChunkSink,
    private readonly spares: SharedArrayBuffer[] = [],
  ) {
    this.open(FIRST_OPS)
  }

  private open(capacity: number): void {
    const index = this.chunk === undefined ? 0 : this.chunk.index + 1
    const spare = capacity === FULL_OPS ? this.spares.pop() : undefined
    const deltas = capacity * DELTAS_PER_OP
    this.chunk = newChunk(index, this.step + 1, this.lastAllocation + 1, capacity, deltas, spare)
    this.n = this.d = this.made = this.until = 0
    this.opCapacity = capacity
    this.opStride = wordStride(capacity)
    this.taskStart = halfStride(capacity)
    this.opWords = opWords(this.chunk.ops)!
    this.opHalves = opHalves(this.chunk.ops)!
    this.opFlags = this.chunk.ops.flags
    this.useDeltas(deltas)
    this.useAllocations(capacity)
    this.sink.opened(this.chunk)
  }

  private useDeltas(capacity: number): void {
    const { deltas } = this.chunk
    this.deltaCapacity = capacity
    this.deltaStride = wordStride(capacity)
    this.deltaWords = deltaWords(deltas)!
    this.deltaFields = deltas.field
  }

  private useAllocations(capacity: number): void {
    const { allocations } = this.chunk
    this.allocationCapacity = capacity
    this.allocationStride = wordStride(capacity)
    this.allocationWords = allocationWords(allocations)!
    this.allocationKinds = allocations.kind
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
    const from = ops.deltaEnd[this.n - 1]
    const carried = Array.from({ length: this.d - from }, (_, i) => from + i)
    const rows = carried.map((d) => [deltas.field[d], deltas.index[d], deltas.old[d], deltas.new[d]] as const)
    deltas.field.fill(0, from, this.d)
    this.d = from
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
    this.chunk.opCount = this.n
    this.chunk.deltaCount = this.d
    this.chunk.allocationCount = this.made
  }

  /**
   * Opens the record of one operation and returns its step. Every `begin` is followed by exactly one `end`. There is
   * room for ROOM deltas and one allocation afterwards.
   */
  begin(site: number): number {
    if (this.n >= this.until) this.makeRoom()
    this.opWords[this.n] = site | 0
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
    const d = this.d
    const stride = this.deltaStride
    const words = this.deltaWords
    words[d] = index
    words[(d + stride) | 0] = old
    words[(d + 2 * stride) | 0] = value
    this.deltaFields[d] = field
    this.d = d + 1
  }

  private growDeltas(): void {
    const capacity = this.deltaCapacity * 2
    this.chunk.deltas = growDeltas(this.chunk.deltas, capacity)
    this.useDeltas(capacity)
    this.sync()
    this.sink.opened(this.chunk)
  }

  /** Closes the record opened by `begin`. Meaning of the arguments by kind: ops.ts. */
  end(kind: number, allocation: number, subject: number, a: number, b: number, flags: number): void {
    const n = this.n
    const stride = this.opStride
    const words = this.opWords
    const halves = this.opHalves
    words[(n + stride) | 0] = allocation
    words[(n + 2 * stride) | 0] = subject
    words[(n + 3 * stride) | 0] = a
    words[(n + 4 * stride) | 0] = b
    words[(n + 5 * stride) | 0] = this.d
    this.opFlags[n] = flags
    halves[this.taskStart + n] = this.task
    halves[n] = kind
    this.n = n + 1
  }

  /** Site of the operation being recorded. */
  get openSite(): number {
    return this.chunk.ops.site[this.n]
  }

  /** Site of the operation that was closed last. */
  get lastSite(): number {
    return this.n === 0 ? 0 : this.chunk.ops.site[this.n - 1]
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
    const stride = this.allocationStride
    const words = this.allocationWords
    words[at] = this.step
    words[(at + stride) | 0] = base
    words[(at + 2 * stride) | 0] = size
    this.allocationKinds[at] = kind
    this.made = at + 1
    return ++this.lastAllocation
  }

  /** More allocations than operations: some of them made many at once (bulk, split_page). */
  private growAllocations(): void {
    const capacity = this.allocationCapacity * 2
    this.chunk.allocations = growAllocations(this.chunk.allocations, capacity)
    this.useAllocations(capacity)
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

  /** Ends the trace: hands over the last chunk, full or not. */
  finish(): void {
    this.close()
  }
}
