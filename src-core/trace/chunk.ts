/**
 * A piece of a trace: the operations of one stretch of a run with the deltas they caused and the allocations they
 * made, in typed-array columns. Columns live in SharedArrayBuffers where the host has them, so that a supervisor
 * can still read what a killed runner wrote: `kind` is written last, and 0 means "not written yet".
 */

/** Columns by operation. One entry is one step. */
export interface OpColumns {
  /** `Op`; 0 = unwritten. */
  readonly kind: Uint16Array
  /** Id of the task that ran it. */
  readonly task: Uint16Array
  /** Index into the program's site table: where in the source. */
  readonly site: Uint32Array
  /** Allocation concerned; 0 = none known. */
  readonly allocation: Uint32Array
  /** pfn, physical address, page of vmalloc space or id, by kind; NO_SUBJECT = none. */
  readonly subject: Uint32Array
  /** First detail, by kind (see ops.ts). */
  readonly a: Int32Array
  /** Second detail, by kind. */
  readonly b: Int32Array
  /** `Flag` bits. */
  readonly flags: Uint8Array
  /** One past the operation's last delta, counted inside this chunk. */
  readonly deltaEnd: Uint32Array
}

/** Columns by delta. */
export interface DeltaColumns {
  readonly field: Uint8Array
  readonly index: Uint32Array
  readonly old: Uint32Array
  readonly new: Uint32Array
}

/** Columns by allocation. Ids count from 1 over the whole run. */
export interface AllocationColumns {
  /** Step that made it. */
  readonly step: Uint32Array
  /** `AllocationKind`. */
  readonly kind: Uint8Array
  /** Where it starts; unit by kind (allocation-kind.ts). */
  readonly base: Uint32Array
  /** Size in bytes. */
  readonly size: Uint32Array
}

export interface TraceChunk {
  /** Position of the chunk in the trace, from 0. */
  readonly index: number
  /** Step of its first operation, from 1. */
  readonly firstStep: number
  /** Id of its first allocation, from 1. */
  readonly firstAllocation: number
  ops: OpColumns
  deltas: DeltaColumns
  allocations: AllocationColumns
  /** Old and new bytes that byte deltas point into. */
  arena: Uint8Array
  /** Operations, deltas, allocations and arena bytes written so far. */
  opCount: number
  deltaCount: number
  allocationCount: number
  arenaCount: number
}

type Buffer = ArrayBufferLike
/** Memory for columns: shared where the host allows it (a page that is not cross-origin isolated does not). */
export function newBuffer(bytes: number): Buffer {
  return typeof SharedArrayBuffer === 'function' ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes)
}

/** An empty chunk with room for `ops` operations and `deltas` deltas. All columns lie in one buffer. */
export function newChunk(
  index: number,
  firstStep: number,
  firstAllocation: number,
  ops: number,
  deltas: number,
): TraceChunk {
  const columns = cut(newBuffer(bytesOf(ops, deltas)), ops, deltas)
  return chunkOf(index, firstStep, firstAllocation, columns)
}

/** All columns of a chunk, or those of many. */
export interface TraceColumns {
  readonly ops: OpColumns
  readonly deltas: DeltaColumns
  readonly allocations: AllocationColumns
}

/** An empty chunk that writes to these columns. */
export function chunkOf(index: number, firstStep: number, firstAllocation: number, columns: TraceColumns): TraceChunk {
  const { ops, deltas, allocations } = columns
  return {
    index,
    firstStep,
    firstAllocation,
    ops,
    deltas,
    allocations,
    arena: new Uint8Array(newBuffer(ARENA_START)),
    opCount: 0,
    deltaCount: 0,
    allocationCount: 0,
    arenaCount: 0,
  }
}

/** Cuts the columns for so many operations and deltas, and an allocation for each operation, from one buffer. */
export function cut(buffer: Buffer, ops: number, deltas: number): TraceColumns {
  const columns = new Columns(buffer)
  // Wide columns come first, so that every column is aligned; opWords() and its like say which lie side by side.
  const site = columns.u32(ops)
  const allocation = columns.u32(ops)
  const subject = columns.u32(ops)
  const a = columns.i32(ops)
  const b = columns.i32(ops)
  const deltaEnd = columns.u32(ops)
  const deltaWords = { index: columns.u32(deltas), old: columns.u32(deltas), new: columns.u32(deltas) }
  const allocationWords = { step: columns.u32(ops), base: columns.u32(ops), size: columns.u32(ops) }
  const kind = columns.u16(ops)
  const task = columns.u16(ops)
  const flags = columns.u8(ops)
  const field = columns.u8(deltas)
  const allocationKind = columns.u8(ops)
  return {
    ops: { kind, task, site, allocation, subject, a, b, flags, deltaEnd },
    deltas: { field, ...deltaWords },
    allocations: { kind: allocationKind, ...allocationWords },
  }
}

const ARENA_START = 4096
/**
 * Bytes between two columns. Rows are written at the same place of all of them, and columns of 2^n bytes would all want
 * the same set of a cache, which has room for eight lines: five lines more, and each has a set of its own.
 */
const GAP = 320
const OP_COLUMNS = 9
const DELTA_COLUMNS = 4
const ALLOCATION_COLUMNS = 4
const BYTES_PER_OP = 29
const BYTES_PER_DELTA = 13
const BYTES_PER_ALLOCATION = 13

/** Bytes that the columns of so many rows take. */
export function bytesOf(ops: number, deltas: number): number {
  const gaps = (OP_COLUMNS + DELTA_COLUMNS + ALLOCATION_COLUMNS) * GAP
  return ops * (BYTES_PER_OP + BYTES_PER_ALLOCATION) + deltas * BYTES_PER_DELTA + gaps
}

/** Operations of every chunk but the first two of a run. */
export const FULL_OPS = 65_536
/** Room for deltas in a new chunk, by operation. */
export const DELTAS_PER_OP = 4

/** Cuts columns from one buffer, one after the other. */
class Columns {
  private at = 0

  constructor(private readonly buffer: Buffer) {}
  private take(bytes: number): number {
    const at = this.at
    this.at += bytes + GAP
    return at
  }
  u32(length: number): Uint32Array {
    return new Uint32Array(this.buffer, this.take(length * 4), length)
  }
  i32(length: number): Int32Array {
    return new Int32Array(this.buffer, this.take(length * 4), length)
  }
  u16(length: number): Uint16Array {
    return new Uint16Array(this.buffer, this.take(length * 2), length)
  }
  u8(length: number): Uint8Array {
    return new Uint8Array(this.buffer, this.take(length), length)
  }
}

function newDeltas(capacity: number): DeltaColumns {
  const columns = new Columns(newBuffer(capacity * BYTES_PER_DELTA + DELTA_COLUMNS * GAP))
  const words = { index: columns.u32(capacity), old: columns.u32(capacity), new: columns.u32(capacity) }
  return { field: columns.u8(capacity), ...words }
}

/** The first `count` deltas in columns with room for `capacity`. */
export function growDeltas(from: DeltaColumns, count: number, capacity: number): DeltaColumns {
  const to = newDeltas(capacity)
  to.field.set(from.field.subarray(0, count))
  to.index.set(from.index.subarray(0, count))
  to.old.set(from.old.subarray(0, count))
  to.new.set(from.new.subarray(0, count))
  return to
}

function newAllocations(capacity: number): AllocationColumns {
  const columns = new Columns(newBuffer(capacity * BYTES_PER_ALLOCATION + ALLOCATION_COLUMNS * GAP))
  const words = { step: columns.u32(capacity), base: columns.u32(capacity), size: columns.u32(capacity) }
  return { kind: columns.u8(capacity), ...words }
}

/** The first `count` allocations in columns with room for `capacity`. */
export function growAllocations(from: AllocationColumns, count: number, capacity: number): AllocationColumns {
  const to = newAllocations(capacity)
  to.kind.set(from.kind.subarray(0, count))
  to.step.set(from.step.subarray(0, count))
  to.base.set(from.base.subarray(0, count))
  to.size.set(from.size.subarray(0, count))
  return to
}

/**
 * Views over columns that lie side by side, for the writer and for loops that read many columns at once: row n of the
 * column k from here on is element n + k * stride. Columns that came from a file may lie elsewhere: then there is no
 * such view, and these are null. Site, allocation, subject, a, b, deltaEnd.
 */
function opWords({ site, allocation, deltaEnd }: OpColumns): Int32Array | null {
  return spanning(Int32Array, site, allocation, deltaEnd, 5)
}
/** Kind, task. */
function opHalves({ kind, task }: OpColumns): Uint16Array | null {
  return spanning(Uint16Array, kind, task, task, 1)
}
/** Index, old, new. */
function deltaWords({ index, old, new: next }: DeltaColumns): Int32Array | null {
  return spanning(Int32Array, index, old, next, 2)
}
/** Step, base, size. */
function allocationWords({ step, base, size }: AllocationColumns): Int32Array | null {
  return spanning(Int32Array, step, base, size, 2)
}

type Words = Int32Array | Uint32Array | Uint16Array

/** A view from the start of the first column to the end of the last, `columns` further on; null if they lie apart. */
function spanning<T extends Words>(
  View: { new (buffer: Buffer, at: number, length: number): T; readonly BYTES_PER_ELEMENT: number },
  first: Words,
  second: Words,
  last: Words,
  columns: number,
): T | null {
  const stride = second.byteOffset - first.byteOffset
  const isSpaced = stride >= first.byteLength && last.byteOffset - first.byteOffset === columns * stride
  if (!isSpaced || first.buffer !== second.buffer || first.buffer !== last.buffer) return null
  return new View(first.buffer, first.byteOffset, (columns * stride + last.byteLength) / View.BYTES_PER_ELEMENT)
}

const OP_NAMES = ['kind', 'task', 'site', 'allocation', 'subject', 'a', 'b', 'flags', 'deltaEnd'] as const

/** Copies the rows of a chunk to columns of its own. */
export function moveOut(chunk: TraceChunk): void {
  const { opCount, deltaCount, allocationCount } = chunk
  const to = cut(newBuffer(bytesOf(opCount, deltaCount)), opCount, deltaCount)
  for (const name of OP_NAMES) to.ops[name].set(chunk.ops[name].subarray(0, opCount))
  chunk.ops = to.ops
  chunk.deltas = growDeltas(chunk.deltas, deltaCount, deltaCount)
  chunk.allocations = growAllocations(chunk.allocations, allocationCount, allocationCount)
}

/** The columns of a chunk as such views, with what lies between two columns of each. */
export interface ChunkViews {
  readonly ops: Int32Array
  readonly halves: Uint16Array
  readonly deltas: Int32Array
  readonly allocations: Int32Array
  /** Strides: of `ops`, of `deltas`, of `allocations`; of `halves`. */
  readonly opStride: number
  readonly deltaStride: number
  readonly allocationStride: number
  readonly halfStride: number
}

/** All views of a chunk; null if its columns lie apart. */
export function viewsOf({ ops, deltas, allocations }: TraceChunk): ChunkViews | null {
  const views = [opWords(ops), deltaWords(deltas), allocationWords(allocations)] as const
  const halves = opHalves(ops)
  if (views[0] === null || views[1] === null || views[2] === null || halves === null) return null
  return {
    ops: views[0],
    halves,
    deltas: views[1],
    allocations: views[2],
    opStride: (ops.allocation.byteOffset - ops.site.byteOffset) / 4,
    deltaStride: (deltas.old.byteOffset - deltas.index.byteOffset) / 4,
    allocationStride: (allocations.base.byteOffset - allocations.step.byteOffset) / 4,
    halfStride: (ops.task.byteOffset - ops.kind.byteOffset) / 2,
  }
}

/** The views of a chunk, made once as long as its columns do not grow: for a loop that comes back to it. */
export class ViewsOfChunk {
  private chunk: TraceChunk | null = null
  private deltas: DeltaColumns | null = null
  private allocations: AllocationColumns | null = null
  private views: ChunkViews | null = null

  of(chunk: TraceChunk): ChunkViews | null {
    if (chunk !== this.chunk || chunk.deltas !== this.deltas || chunk.allocations !== this.allocations) {
      this.chunk = chunk
      this.deltas = chunk.deltas
      this.allocations = chunk.allocations
      this.views = viewsOf(chunk)
    }
    return this.views
  }
}

/** Bytes of all columns that hold data: what the chunk costs. */
export function chunkBytes(chunk: TraceChunk): number {
  const { opCount, deltaCount, allocationCount, arenaCount } = chunk
  return opCount * BYTES_PER_OP + deltaCount * BYTES_PER_DELTA + allocationCount * BYTES_PER_ALLOCATION + arenaCount
}
