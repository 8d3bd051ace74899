/** What a run is asked to do, beside the program itself. Plain data: it crosses threads. */

/** Limits of a run (SURFACE §9). The counted ones are the same on every host. */
export interface Budgets {
  /** Steps. */
  readonly steps: number
  /** Loop turns and calls between two steps. */
  readonly turns: number
  /** Depth of calls. */
  readonly depth: number
  /** Bytes of trace. */
  readonly memory: number
  /** Seconds of wall clock, watched by the supervisor. */
  readonly seconds: number
}

export const DEFAULT_BUDGETS: Budgets = {
  steps: 5_000_000,
  turns: 200_000_000,
  depth: 5_000,
  memory: 1 << 30,
  seconds: 10,
}

export interface RunOptions {
  /** Era id. */
  readonly era: string
  /** Machine settings as `@machine` has them. */
  readonly machine: Readonly<Record<string, string>>
  readonly budgets: Budgets
  /** Run the interleaved form even if the program makes no tasks. */
  readonly interleaved: boolean
  /** Schedule token (schedule-token.ts); left out or empty = the default schedule. */
  readonly schedule?: string
  /** Facts about finished runs as JSON, for the check of a lesson (surface/lesson). */
  readonly facts?: string
}
