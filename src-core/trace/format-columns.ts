/** The columns of a chunk in the order in which a trace file has them. */
import type { TraceChunk } from './chunk.ts'

export type Column = Uint8Array | Uint16Array | Uint32Array | Int32Array

/** Each column with the number of its entries that hold data. */
export function chunkColumns(chunk: TraceChunk): { readonly column: Column; readonly count: number }[] {
  const { ops, deltas, allocations, arena, opCount, deltaCount, allocationCount, arenaCount } = chunk
  return [
    ...[ops.kind, ops.task, ops.site, ops.allocation, ops.subject, ops.a, ops.b, ops.flags, ops.deltaEnd].map(
      (column) => ({ column, count: opCount }),
    ),
    ...[deltas.field, deltas.index, deltas.old, deltas.new].map((column) => ({ column, count: deltaCount })),
    ...[allocations.step, allocations.kind, allocations.base, allocations.size].map((column) => ({
      column,
      count: allocationCount,
    })),
    { column: arena, count: arenaCount },
  ]
}
