/** Memory as reports name it: kind, variable, address, size. */
import { kernelAddress, hex } from '../ownership/addresses.ts'
import { ALLOCATION_KIND_NAMES } from '../trace/allocation-kind.ts'
import type { TraceChunk } from '../trace/chunk.ts'
import type { RunRecord } from '../trace/record.ts'
import type { Places } from './places.ts'
import type { MemoryName } from './report.ts'

/** What the trace says of an allocation; null if it has no such allocation. */
export function allocationOf(
  record: RunRecord,
  id: number,
): { step: number; kind: number; base: number; size: number } | null {
  const chunk = chunkOf(record.chunks, id)
  if (id <= 0 || chunk === undefined) return null
  const row = id - chunk.firstAllocation
  if (row < 0 || row >= chunk.allocationCount) return null
  const { step, kind, base, size } = chunk.allocations
  return { step: step[row] ?? 0, kind: kind[row] ?? 0, base: base[row] ?? 0, size: size[row] ?? 0 }
}

function chunkOf(chunks: readonly TraceChunk[], id: number): TraceChunk | undefined {
  let low = 0
  let high = chunks.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    const chunk = chunks[middle]
    if (chunk !== undefined && chunk.firstAllocation <= id) low = middle
    else high = middle - 1
  }
  return chunks[low]
}

export function memoryName(record: RunRecord, places: Places, id: number): MemoryName | null {
  const allocation = allocationOf(record, id)
  if (allocation === null) return null
  return {
    kind: ALLOCATION_KIND_NAMES[allocation.kind] ?? 'none',
    name: places.site(allocation.step)?.assigned ?? '',
    address: hex(record.machine, kernelAddress(record.machine, allocation.kind, allocation.base)),
    bytes: allocation.size,
    allocation: id,
  }
}
