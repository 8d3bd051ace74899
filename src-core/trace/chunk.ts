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
  readonly ops: OpColumns
  deltas: DeltaColumns
  readonly allocations: AllocationColumns
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

/** An empty chunk with room for `ops` operations and `deltas` deltas. */
export function newChunk(
  index: number,
  firstStep: number,
  firstAllocation: number,
  ops: number,
  deltas: number,
): TraceChunk {
  return {
    index,
    firstStep,
    firstAllocation,
    ops: {
      kind: new Uint16Array(newBuffer(ops * 2)),
      task: new Uint16Array(newBuffer(ops * 2)),
      site: new Uint32Array(newBuffer(ops * 4)),
      allocation: new Uint32Array(newBuffer(ops * 4)),
      subject: new Uint32Array(newBuffer(ops * 4)),
      a: new Int32Array(newBuffer(ops * 4)),
      b: new Int32Array(newBuffer(ops * 4)),
      flags: new Uint8Array(newBuffer(ops)),
      deltaEnd: new Uint32Array(newBuffer(ops * 4)),
    },
    deltas: newDeltas(deltas),
    allocations: {
      step: new Uint32Array(newBuffer(ops * 4)),
      kind: new Uint8Array(newBuffer(ops)),
      base: new Uint32Array(newBuffer(ops * 4)),
      size: new Uint32Array(newBuffer(ops * 4)),
    },
    arena: new Uint8Array(newBuffer(ARENA_START)),
    opCount: 0,
    deltaCount: 0,
    allocationCount: 0,
    arenaCount: 0,
  }
}

const ARENA_START = 4096

function newDeltas(capacity: number): DeltaColumns {
  return {
    field: new Uint8Array(newBuffer(capacity)),
    index: new Uint32Array(newBuffer(capacity * 4)),
    old: new Uint32Array(newBuffer(capacity * 4)),
    new: new Uint32Array(newBuffer(capacity * 4)),
  }
}

/** The same deltas in columns with room for `capacity`. */
export function growDeltas(from: DeltaColumns, capacity: number): DeltaColumns {
  const to = newDeltas(capacity)
  to.field.set(from.field)
  to.index.set(from.index)
  to.old.set(from.old)
  to.new.set(from.new)
  return to
}

/** Bytes of all columns that hold data: what the chunk costs. */
export function chunkBytes(chunk: TraceChunk): number {
  return chunk.opCount * 29 + chunk.deltaCount * 13 + chunk.allocationCount * 13 + chunk.arenaCount
}
