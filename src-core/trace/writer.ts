/**
 * Writes a trace. The hot path of the simulator: `begin`, some `delta`s, `end`, a handful of typed-array stores and
 * no allocation until a chunk is full.
 */
import {
  DELTAS_PER_OP,
  FULL_OPS,
  growDeltas,
  newBuffer,
  newChunk,
  type DeltaColumns,
  type OpColumns,
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

export class TraceWriter {
  /** Task that the next operation belongs to. */
  task = 0
  /** Steps written so far; the step of the operation being recorded is `step` after `begin`. */
  step = 0
  /** Allocations made so far: the newest id. */
  lastAllocation = 0

  private chunk!: TraceChunk
  private ops!: OpColumns
  private deltas!: DeltaColumns
  private n = 0
  private d = 0
  private opCapacity = 0
  private deltaCapacity = 0
  private allocationCapacity = 0

  /** `spares`: buffers of full chunks that nobody reads any more; the writer takes them out as it needs them. */
  constructor(
    private readonly sink: ChunkSink,
    private readonly spares: SharedArrayBuffer[] = [],
  ) {
    this.open(FIRST_OPS)
  }

  private open(capacity: number): void {
    const index = this.chunk === undefined ? 0 : this.chunk.index + 1
    const deltas = capacity * DELTAS_PER_OP
    const spare = capacity === FULL_OPS ? this.spares.pop() : undefined
    this.chunk = newChunk(index, this.step + 1, this.lastAllocation + 1, capacity, deltas, spare)
    this.ops = this.chunk.ops
    this.deltas = this.chunk.deltas
    this.n = 0
    this.d = 0
    this.opCapacity = capacity
    this.deltaCapacity = deltas
    this.allocationCapacity = capacity
    this.sink.opened(this.chunk)
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
    const { arena, deltas } = this.chunk
    const from = this.ops.deltaEnd[this.n - 1]
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
  }

  /** Opens the record of one operation and returns its step. Every `begin` is followed by exactly one `end`. */
  begin(site: number): number {
    if (this.n === this.opCapacity) this.turn()
    this.ops.site[this.n] = site
    return ++this.step
  }

  /** Records that the operation changed `field` of `index` from `old` to `value`. */
  delta(field: Field, index: number, old: number, value: number): void {
    if (this.d === this.deltaCapacity) this.growDeltas()
    const d = this.d++
    const deltas = this.deltas
    deltas.field[d] = field
    deltas.index[d] = index
    deltas.old[d] = old
    deltas.new[d] = value
  }

  private growDeltas(): void {
    this.deltaCapacity *= 2
    this.deltas = this.chunk.deltas = growDeltas(this.deltas, this.deltaCapacity)
    this.sync()
    this.sink.opened(this.chunk)
  }

  /** Closes the record opened by `begin`. Meaning of the arguments by kind: ops.ts. */
  end(kind: number, allocation: number, subject: number, a: number, b: number, flags: number): void {
    const n = this.n++
    const ops = this.ops
    ops.task[n] = this.task
    ops.allocation[n] = allocation
    ops.subject[n] = subject
    ops.a[n] = a
    ops.b[n] = b
    ops.flags[n] = flags
    ops.deltaEnd[n] = this.d
    ops.kind[n] = kind
  }

  /** Site of the operation being recorded. */
  get openSite(): number {
    return this.ops.site[this.n]
  }

  /** Site of the operation that was closed last. */
  get lastSite(): number {
    return this.n === 0 ? 0 : this.ops.site[this.n - 1]
  }

  /** Takes back a `begin` after which nothing was recorded: the call was refused before the kernel saw it. */
  abandon(): void {
    this.step--
  }

  /** Names a new piece of memory, made by the operation being recorded. Returns its id, from 1. */
  allocation(kind: AllocationKind, base: number, size: number): number {
    let at = this.chunk.allocationCount
    if (at === this.allocationCapacity) at = this.growAllocations()
    const grown = this.chunk.allocations
    grown.step[at] = this.step
    grown.kind[at] = kind
    grown.base[at] = base
    grown.size[at] = size
    this.chunk.allocationCount = at + 1
    return ++this.lastAllocation
  }

  /** Only an operation that makes many allocations at once (bulk, split_page) comes here. */
  private growAllocations(): number {
    const { allocations } = this.chunk
    const rows = allocations.kind.length
    const grow = <T extends Uint8Array | Uint32Array>(column: T, size: number): T => {
      const grown = new (column.constructor as new (buffer: ArrayBufferLike) => T)(newBuffer(rows * 2 * size))
      grown.set(column)
      return grown
    }
    Object.assign(this.chunk, {
      allocations: {
        step: grow(allocations.step, 4),
        kind: grow(allocations.kind, 1),
        base: grow(allocations.base, 4),
        size: grow(allocations.size, 4),
      },
    })
    this.allocationCapacity = rows * 2
    this.sync()
    this.sink.opened(this.chunk)
    return rows
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
    this.n = this.d = 0
    this.chunk.allocationCount = this.chunk.arenaCount = 0
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
