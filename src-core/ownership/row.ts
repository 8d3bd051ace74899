/** One operation of the trace, taken out of its columns for the rules. The ledger reuses one object. */
import type { TraceChunk } from '../trace/chunk.ts'

export class Row {
  chunk!: TraceChunk
  step = 0
  op = 0
  task = 0
  site = 0
  allocation = 0
  subject = 0
  a = 0
  b = 0
  flags = 0
  /** Its deltas: [firstDelta, endDelta) in the chunk. */
  firstDelta = 0
  endDelta = 0

  load(chunk: TraceChunk, i: number, firstDelta: number): void {
    const { ops } = chunk
    this.chunk = chunk
    this.step = chunk.firstStep + i
    this.op = ops.kind[i] ?? 0
    this.task = ops.task[i] ?? 0
    this.site = ops.site[i] ?? 0
    this.allocation = ops.allocation[i] ?? 0
    this.subject = ops.subject[i] ?? 0
    this.a = ops.a[i] ?? 0
    this.b = ops.b[i] ?? 0
    this.flags = ops.flags[i] ?? 0
    this.firstDelta = firstDelta
    this.endDelta = ops.deltaEnd[i] ?? 0
  }

  has(flag: number): boolean {
    return (this.flags & flag) !== 0
  }

  /** Calls `each` for the deltas of one field. */
  deltas(field: number, each: (index: number, old: number, next: number) => void): void {
    const columns = this.chunk.deltas
    for (let d = this.firstDelta; d < this.endDelta; d++) {
      if (columns.field[d] === field) each(columns.index[d] ?? 0, columns.old[d] ?? 0, columns.new[d] ?? 0)
    }
  }
}
