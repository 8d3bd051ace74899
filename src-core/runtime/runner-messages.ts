/** What a supervisor and its runner say to each other. Data only. */
import type { CompiledProgram } from '../compiler/contract.ts'
import type { DeltaColumns, AllocationColumns, OpColumns } from '../trace/chunk.ts'
import type { BudgetEnd, CacheInfo, LogLine, MachineInfo, Outcome, TaskInfo } from '../trace/record.ts'
import type { RunOptions } from './run-options.ts'

/** A chunk as it crosses: its columns are shared or copied. */
export interface ChunkMessage {
  readonly index: number
  readonly firstStep: number
  readonly firstAllocation: number
  readonly ops: OpColumns
  readonly deltas: DeltaColumns
  readonly allocations: AllocationColumns
  readonly arena: Uint8Array
  readonly opCount: number
  readonly deltaCount: number
  readonly allocationCount: number
  readonly arenaCount: number
}

export type ToRunner =
  | {
      readonly type: 'run'
      readonly run: number
      readonly program: CompiledProgram
      readonly options: RunOptions
      /** Buffers for full chunks that were used before. */
      readonly spares?: readonly SharedArrayBuffer[]
    }
  /** Runs the last program again: only the options differ. */
  | { readonly type: 'rerun'; readonly run: number; readonly options: RunOptions }

/** Additions to the small tables beside the trace. */
export interface SideTables {
  tasks: TaskInfo[]
  caches: CacheInfo[]
  log: LogLine[]
  strings: string[]
}

export type FromRunner =
  | { readonly type: 'ready' }
  | { readonly type: 'started'; readonly run: number; readonly machine: MachineInfo }
  | { readonly type: 'opened'; readonly run: number; readonly chunk: ChunkMessage }
  | { readonly type: 'closed'; readonly run: number; readonly chunk: ChunkMessage }
  | { readonly type: 'tables'; readonly run: number; readonly tables: SideTables }
  /** The straight form will not do: what was sent so far is void, the run starts again. */
  | { readonly type: 'restarted'; readonly run: number }
  | {
      readonly type: 'ended'
      readonly run: number
      readonly outcome: Outcome
      readonly budget: BudgetEnd | null
      /** How many of the run's `spares` were not used; the others were taken from the end. */
      readonly sparesLeft?: number
    }
  /** The simulator itself failed. */
  | { readonly type: 'failed'; readonly run: number; readonly message: string }
