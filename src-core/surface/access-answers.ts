/**
 * How `sim.access_set` gets its answer. The ledger of rights stands above the surface: the host of a runner hands in
 * what folds the trace (ownership/access-reader.ts), and the run feeds it when a program asks.
 */
import type { TraceChunk } from '../trace/chunk.ts'
import type { MachineInfo } from '../trace/record.ts'

/** A right that reaches memory. */
export interface AccessRow {
  readonly kind: string
  readonly on: 'page' | 'bytes'
  readonly task: number
  readonly site: number
}

/** Folds a trace and answers what reaches a piece of memory. */
export interface AccessFold {
  feed(chunk: TraceChunk): void
  ofAllocation(allocation: number): readonly AccessRow[]
  ofFrame(pfn: number): readonly AccessRow[]
}

/** Makes the fold of one run. */
export type MakeAccessFold = (machine: MachineInfo) => AccessFold

/** What a run answers: rows as they are after the last step. */
export interface AccessAnswers {
  ofAllocation(allocation: number): readonly AccessRow[]
  ofFrame(pfn: number): readonly AccessRow[]
  /** File and line of a site. */
  placeOf(site: number): { readonly file: string; readonly line: number } | null
}
