/** What a host and an exploring worker say to each other. Data only. */
import type { CompiledProgram } from '../compiler/contract.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { Explored, Progress } from './explorer.ts'
import type { ExploreOptions } from './options.ts'

export type ToExplorer =
  | {
      readonly type: 'explore'
      readonly job: number
      readonly program: CompiledProgram
      readonly options: ExploreOptions
      /** Goes on where another exploration was stopped. */
      readonly resume?: Checkpoint | null
    }
  /** Ends the exploration going on; what it found is kept. */
  | { readonly type: 'stop'; readonly reason: 'seconds' | 'interrupted' }

export type FromExplorer =
  | { readonly type: 'ready' }
  | { readonly type: 'progress'; readonly job: number; readonly progress: Progress }
  | { readonly type: 'done'; readonly job: number; readonly explored: Explored; readonly checkpoint: Checkpoint | null }
  /** The simulator itself failed. */
  | { readonly type: 'failed'; readonly job: number; readonly message: string }
