/** What an exploration is asked for, and what it gives. Plain data: it crosses threads and lies in files. */
import type { Certainty, Severity } from '../ownership/words.ts'

export type Mode = 'exhaustive' | 'random' | 'pct' | 'naive'

export interface ExploreOptions {
  readonly era: string
  readonly machine: Readonly<Record<string, string>>
  readonly mode: Mode
  /** Preemptions that an execution may have; null = any number. */
  readonly bound: number | null
  readonly maxExecutions: number | null
  readonly seed: number
  /** Part `index` (from 1) of `count`. */
  readonly shard: { readonly index: number; readonly count: number } | null
  /** Steps of one execution. */
  readonly steps: number
  /** Exchange neighbouring independent steps of each execution and compare: the debug mode of independence.ts. */
  readonly checkIndependence?: boolean
  /** Allocations and frees depend on each other from the start, whether a stale pointer is used or not. */
  readonly strict?: boolean
}

/** A mistake that some execution shows. */
export interface ExploredFinding {
  readonly code: string
  readonly severity: Severity
  readonly certainty: Certainty
  readonly message: string
  readonly at: { readonly file: string; readonly line: number; readonly column: number }
  /** Token that shows it: `pageward run --schedule`. */
  readonly schedule: string
  /** Steps of that run. */
  readonly steps: number
  readonly preemptions: number
  /** True if no schedule with fewer preemptions shows it. */
  readonly minimal: boolean
}

/** Two steps that are not as independent as they were said to be. */
export interface Entangled {
  /** Where the two steps stand and what they recorded. */
  readonly steps: readonly [string, string]
  /** What was not the same: the first few differences. */
  readonly differences: readonly string[]
}

/** What exchanging independent steps came to. */
export interface Independence {
  readonly pairs: number
  readonly entangled: readonly Entangled[]
}

/**
 * Why an exploration does not claim completeness. `invisible`: plain variables that tasks share decided what a program
 * did, so that some schedule did not go on as it had been planned. `strict`: some shards saw a stale pointer used and
 * some did not: the latter have to be run again with --strict.
 */
export type Incomplete =
  'executions' | 'seconds' | 'interrupted' | 'sampled' | 'steps' | 'shards' | 'invisible' | 'strict'

export interface Exploration {
  readonly schema: 'pageward.exploration/1'
  readonly program: string
  readonly era: string
  readonly mode: Mode
  /** Complete executions. */
  readonly executions: number
  /** Executions given up as redundant. */
  readonly blocked: number
  /** Branches tried for an outcome that could not be told beforehand, and left at once. */
  readonly probes: number
  /** Executions that another shard counts, or that repeat a trace under a bound. */
  readonly redundant: number
  readonly complete: boolean
  readonly bound: number | null
  /** Why `complete` is false. */
  readonly incomplete?: readonly Incomplete[]
  readonly shard?: { readonly index: number; readonly count: number }
  readonly findings: readonly ExploredFinding[]
  /** Plain variables that several tasks touch and one writes: no claim is made about them. */
  readonly invisible_sharing: readonly string[]
  /** Loops that did not end within the steps of an execution. */
  readonly advice?: readonly string[]
  /** Neighbouring independent steps that were exchanged, and those where that made a difference: a mistake of ours. */
  readonly independence?: Independence
  /** A stale pointer was used: executions that differ in who got which memory count as different. */
  readonly strict?: true
  readonly run_ms: number
}

/** A step of a run under a schedule, as it is told where two runs differ. */
export interface SwappedStep {
  readonly step: number
  readonly task: number
  readonly file: string
  readonly line: number
  readonly does: string
}

/** What became of a schedule two of whose neighbouring steps were exchanged. */
export interface Swapped {
  /** Token of the new schedule; null = the two cannot be exchanged, and `why` says so. */
  readonly schedule: string | null
  readonly why: string | null
  /** The first step that is not what the same step of its task was; null = every task does what it did. */
  readonly difference: { readonly was: SwappedStep | null; readonly now: SwappedStep | null } | null
  /** Findings, by code and place, that are there no more, and new ones. */
  readonly gone: readonly string[]
  readonly come: readonly string[]
}
