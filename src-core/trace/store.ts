/**
 * The trace of a run, readable by step. Holds the chunks that a runner streams and finds the row of a step, the
 * deltas of a step and the record of an allocation. Everything that is shown or diagnosed reads the run through here.
 *
 * Counts are taken from the chunks as they are now, so a store may be read while the run goes on.
 */
import type { TraceChunk } from './chunk.ts'
import { Field } from './fields.ts'

/** Where the row of a step lies. `chunk` is the position in `TraceStore.chunks`. */
export interface RowPlace {
  readonly chunk: TraceChunk
  readonly row: number
}

/** The deltas of one step: rows `from` to `to` (exclusive) of the chunk's delta columns. */
export interface DeltaRange {
  readonly chunk: TraceChunk
  readonly from: number
  readonly to: number
}

/** One piece of memory as the run recorded it. Units of `base` by kind: allocation-kind.ts. */
export interface AllocationRecord {
  readonly id: number
  readonly step: number
  readonly kind: number
  readonly base: number
  readonly size: number
}

export class TraceStore {
  /** In order of the trace. */
  readonly chunks: TraceChunk[] = []
  private hint = 0

  static of(chunks: readonly TraceChunk[]): TraceStore {
    const store = new TraceStore()
    for (const chunk of chunks) store.put(chunk)
    return store
  }

  /** Adds a chunk, or replaces the one with its index (a chunk is sent again when its columns had to grow). */
  put(chunk: TraceChunk): void {
    if (chunk.index > this.chunks.length) {
      throw new RangeError(`chunk ${chunk.index} came before chunk ${this.chunks.length}`)
    }
    this.chunks[chunk.index] = chunk
  }

  /** Steps that can be read: the last step's number. */
  get steps(): number {
    const last = this.chunks.at(-1)
    return last === undefined ? 0 : last.firstStep - 1 + last.opCount
  }

  get deltas(): number {
    let sum = 0
    for (const chunk of this.chunks) sum += chunk.deltaCount
    return sum
  }

  /** Allocations that can be read: the newest id. */
  get allocations(): number {
    const last = this.chunks.at(-1)
    return last === undefined ? 0 : last.firstAllocation - 1 + last.allocationCount
  }

  /** Index of the chunk that holds a step (1 … steps); -1 if there is no such step. */
  chunkOf(step: number): number {
    const { chunks } = this
    const near = chunks[this.hint]
    if (near !== undefined && step >= near.firstStep && step < near.firstStep + near.opCount) return this.hint
    let low = 0
    let high = chunks.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (chunks[middle]!.firstStep <= step) low = middle
      else high = middle - 1
    }
    const chunk = chunks[low]
    if (chunk === undefined || step < chunk.firstStep || step >= chunk.firstStep + chunk.opCount) return -1
    this.hint = low
    return low
  }

  /** Row of a step. Throws RangeError outside 1 … steps. */
  place(step: number): RowPlace {
    const at = this.chunkOf(step)
    if (at < 0) throw new RangeError(`step ${step} is outside 1 … ${this.steps}`)
    const chunk = this.chunks[at]!
    return { chunk, row: step - chunk.firstStep }
  }

  opKind(step: number): number {
    const { chunk, row } = this.place(step)
    return chunk.ops.kind[row]!
  }
  opTask(step: number): number {
    const { chunk, row } = this.place(step)
    return chunk.ops.task[row]!
  }
  opSite(step: number): number {
    const { chunk, row } = this.place(step)
    return chunk.ops.site[row]!
  }
  opAllocation(step: number): number {
    const { chunk, row } = this.place(step)
    return chunk.ops.allocation[row]!
  }
  opSubject(step: number): number {
    const { chunk, row } = this.place(step)
    return chunk.ops.subject[row]!
  }
  opA(step: number): number {
    const { chunk, row } = this.place(step)
    return chunk.ops.a[row]!
  }
  opB(step: number): number {
    const { chunk, row } = this.place(step)
    return chunk.ops.b[row]!
  }
  opFlags(step: number): number {
    const { chunk, row } = this.place(step)
    return chunk.ops.flags[row]!
  }

  /** Deltas that a step recorded. Step 0 has none. */
  deltasOf(step: number): DeltaRange | null {
    const at = this.chunkOf(step)
    if (at < 0) return null
    const chunk = this.chunks[at]!
    const row = step - chunk.firstStep
    return { chunk, from: row === 0 ? 0 : chunk.ops.deltaEnd[row - 1]!, to: chunk.ops.deltaEnd[row]! }
  }

  /** An allocation by id; null for 0 and for ids the run did not make. */
  allocation(id: number): AllocationRecord | null {
    if (id < 1 || id > this.allocations) return null
    const { chunks } = this
    let low = 0
    let high = chunks.length - 1
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (chunks[middle]!.firstAllocation <= id) low = middle
      else high = middle - 1
    }
    const chunk = chunks[low]!
    const row = id - chunk.firstAllocation
    const { step, kind, base, size } = chunk.allocations
    return { id, step: step[row]!, kind: kind[row]!, base: base[row]!, size: size[row]! }
  }
}

/**
 * Makes the counts of a chunk true from its columns. For a chunk whose writer was killed: an operation whose kind is
 * not 0 is complete, and so are its deltas, unless they went to columns that had grown and never arrived here; an
 * allocation belongs to the trace if a complete operation made it.
 */
export function settleChunk(chunk: TraceChunk): void {
  const { ops, allocations } = chunk
  let count = chunk.opCount
  while (count < ops.kind.length && ops.kind[count] !== 0) count++
  const known = knownDeltas(chunk, count === 0 ? 0 : ops.deltaEnd[count - 1])
  while (count > 0 && ops.deltaEnd[count - 1] > known) count--
  chunk.opCount = count
  chunk.deltaCount = count === 0 ? 0 : ops.deltaEnd[count - 1]
  const lastStep = chunk.firstStep + count - 1
  let made = 0
  while (made < allocations.kind.length && allocations.kind[made] !== 0 && allocations.step[made] <= lastStep) made++
  chunk.allocationCount = made
  chunk.arenaCount = arenaEnd(chunk)
}

/** How many of the first `count` deltas are there with the bytes they point to. */
function knownDeltas(chunk: TraceChunk, count: number): number {
  const { field, old, new: value } = chunk.deltas
  const { arena } = chunk
  for (let d = 0; d < count; d++) {
    if (d >= field.length || field[d] === 0) return d
    if (field[d] === Field.BYTES && old[d] + 2 * value[d] > arena.length) return d
    if (field[d] !== Field.FILL) continue
    if (old[d] + 2 > arena.length || (arena[old[d] + 1] === 1 && old[d] + 2 + value[d] > arena.length)) return d
  }
  return count
}

/** One past the last arena byte that the chunk's deltas use. */
export function arenaEnd(chunk: TraceChunk): number {
  const { field, old, new: value } = chunk.deltas
  let end = 0
  for (let d = 0; d < chunk.deltaCount; d++) {
    if (field[d] === Field.BYTES) end = Math.max(end, old[d]! + 2 * value[d]!)
    else if (field[d] === Field.FILL) {
      end = Math.max(end, old[d]! + 2 + (chunk.arena[old[d]! + 1] === 1 ? value[d]! : 0))
    }
  }
  return end
}
