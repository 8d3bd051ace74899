/**
 * Columns for many chunks of a run, one chunk's rows after the other's. They stay where they are for as long as the run
 * may go on, so that V8 writes to them as to constants: no look for where they are, how long they are.
 *
 * Only in shared memory: other buffers are copied when a chunk crosses to the supervisor, and this one is large. The
 * host gives pages of it as they are written.
 */
import { bytesOf, cut, FULL_OPS, type AllocationColumns, type DeltaColumns, type TraceColumns } from './chunk.ts'

/** Operations of a segment: more than the steps that a run may have by default. */
export const SEGMENT_OPS = 80 * FULL_OPS
/** Bytes of the buffer of a segment: of memory that is not touched it takes only addresses. */
export const SEGMENT_BYTES = bytesOf(SEGMENT_OPS, SEGMENT_OPS * 2)

export class Segment {
  readonly columns: TraceColumns
  /** Rows for deltas. */
  readonly deltas: number

  /** `isUsed`: the buffer holds an older trace. `ops`: rows for operations, and as many for allocations. */
  constructor(
    readonly buffer: SharedArrayBuffer,
    private readonly isUsed: boolean,
    readonly ops = SEGMENT_OPS,
  ) {
    this.deltas = ops * 2
    this.columns = cut(buffer, ops, this.deltas)
  }

  /** A new one; null if the host has no shared memory, or not so much of it. */
  static make(): Segment | null {
    if (typeof SharedArrayBuffer !== 'function') return null
    try {
      return new Segment(new SharedArrayBuffer(SEGMENT_BYTES), false)
    } catch {
      return null
    }
  }

  /** The columns of a chunk of so many operations that begins at these rows. */
  window(op: number, count: number, delta: number, made: number): TraceColumns {
    const { ops } = this.columns
    const to = op + count
    return {
      ops: {
        kind: ops.kind.subarray(op, to),
        task: ops.task.subarray(op, to),
        site: ops.site.subarray(op, to),
        allocation: ops.allocation.subarray(op, to),
        subject: ops.subject.subarray(op, to),
        a: ops.a.subarray(op, to),
        b: ops.b.subarray(op, to),
        flags: ops.flags.subarray(op, to),
        deltaEnd: ops.deltaEnd.subarray(op, to),
      },
      deltas: this.deltasFrom(delta),
      allocations: this.allocationsFrom(made),
    }
  }

  private deltasFrom(row: number): DeltaColumns {
    const { field, index, old, new: next } = this.columns.deltas
    return { field: field.subarray(row), index: index.subarray(row), old: old.subarray(row), new: next.subarray(row) }
  }

  private allocationsFrom(row: number): AllocationColumns {
    const { step, kind, base, size } = this.columns.allocations
    return { kind: kind.subarray(row), step: step.subarray(row), base: base.subarray(row), size: size.subarray(row) }
  }

  /** Clears the rows of operations that say whether they were written. */
  clearOps(from: number, to: number): void {
    if (this.isUsed) clear(this.columns.ops.kind.subarray(from, to))
  }
  clearAllocations(from: number, to: number): void {
    if (this.isUsed) clear(this.columns.allocations.kind.subarray(from, to))
  }
}

/** Fills a column with zeroes: eight bytes at a time where it may be, for V8 stores into shared memory one by one. */
function clear(column: Uint8Array | Uint16Array): void {
  const { buffer, byteOffset, byteLength } = column
  if (byteOffset % 8 === 0 && byteLength % 8 === 0) new Float64Array(buffer, byteOffset, byteLength / 8).fill(0)
  else column.fill(0)
}
