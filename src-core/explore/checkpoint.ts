/** What is left of an exploration that was stopped, as plain data for a file. */
import type { Seen } from './collected.ts'
import type { ExploreOptions, Incomplete } from './options.ts'
import type { PackedPlan } from './packed-plan.ts'

/** A walk where it was stopped. `order`: processes of its last execution. */
export interface SavedWalk {
  readonly begun: boolean
  readonly complete: boolean
  readonly order: readonly number[]
  readonly figures: readonly number[]
  readonly explored?: readonly number[]
  readonly plan?: PackedPlan
  readonly left?: readonly (readonly number[])[]
  readonly preemptions?: readonly number[]
  readonly going?: readonly number[]
}

export interface Checkpoint {
  readonly schema: 'pageward.checkpoint/3'
  /** Path of the program, and a sum of its compiled text. */
  readonly program: string
  readonly sum: number
  readonly options: ExploreOptions
  /** A stale pointer was used: the exploration began again (explorer.ts). */
  readonly strict?: boolean
  readonly figures: readonly [executions: number, redundant: number, blocked: number, probes: number]
  readonly reasons: readonly Incomplete[]
  readonly advice: readonly string[]
  readonly seen: readonly Seen[]
  readonly traces: readonly number[]
  readonly names: readonly (readonly [number, number])[]
  readonly insides: readonly (readonly [string, number])[]
  /** Parts of the shard that were not begun, and the one that was; -1 = the program is not divided. */
  readonly parts: readonly number[]
  readonly part: number
  readonly walk: SavedWalk
}

/** A sum of a text, to tell whether a checkpoint belongs to a program. */
export function textSum(texts: readonly string[]): number {
  let hash = 0x811c_9dc5
  for (const text of texts)
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193)
  return hash >>> 0
}
