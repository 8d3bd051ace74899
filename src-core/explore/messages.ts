/** What a host and an exploring worker say to each other. Data only. */
import type { CompiledProgram } from '../compiler/contract.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { Explored, Progress } from './explorer.ts'
import type { Seen } from './collected.ts'
import type { ExploredFinding, ExploreOptions, Swapped } from './options.ts'
import type { Piece, PieceResult, SavedNames } from './piece.ts'

export type ToExplorer =
  | {
      readonly type: 'explore'
      readonly job: number
      readonly program: CompiledProgram
      readonly options: ExploreOptions
      /** Goes on where another exploration was stopped. */
      readonly resume?: Checkpoint | null
      /** Milliseconds after which, again and again, a checkpoint is sent; left out = never. */
      readonly keepEvery?: number
    }
  /** Says what the pieces to come belong to. */
  | { readonly type: 'open'; readonly program: CompiledProgram; readonly options: ExploreOptions }
  /** Explores a piece of a shared exploration: `pieced`. */
  | { readonly type: 'piece'; readonly job: number; readonly piece: Piece }
  /** Looks for the simplest schedules of findings of a shared exploration: `concluded`. */
  | { readonly type: 'conclude'; readonly job: number; readonly seen: readonly Seen[]; readonly names: SavedNames }
  /** Exchanges a step of a schedule with the next one: `Swapped`. */
  | {
      readonly type: 'swap'
      readonly job: number
      readonly program: CompiledProgram
      readonly options: ExploreOptions
      readonly schedule: string
      /** Row of the step in the run under that schedule. */
      readonly step: number
    }
  /** Waits, or goes on. */
  | { readonly type: 'pause'; readonly paused: boolean }
  /** Ends the exploration going on; what it found is kept. */
  | { readonly type: 'stop'; readonly reason: 'seconds' | 'interrupted' }

export type FromExplorer =
  | { readonly type: 'ready' }
  | { readonly type: 'progress'; readonly job: number; readonly progress: Progress }
  | { readonly type: 'done'; readonly job: number; readonly explored: Explored; readonly checkpoint: Checkpoint | null }
  | { readonly type: 'pieced'; readonly job: number; readonly result: PieceResult }
  | { readonly type: 'concluded'; readonly job: number; readonly findings: readonly ExploredFinding[] }
  | { readonly type: 'swapped'; readonly job: number; readonly swapped: Swapped }
  /** Where a long exploration is: kept in case its process is killed. */
  | { readonly type: 'kept'; readonly job: number; readonly checkpoint: Checkpoint }
  /** The simulator itself failed. */
  | { readonly type: 'failed'; readonly job: number; readonly message: string }
