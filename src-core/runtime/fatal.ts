/** What may be thrown through a snippet and never be caught by it. */
import type { BudgetEnd } from '../trace/record.ts'

/** The kernel stopped the running task: an oops, a BUG. */
export class TaskDeath {
  readonly fatal = 'task'
  /** `isExit`: a user program ended by itself or by a signal. */
  constructor(readonly isExit = false) {}
}

/** The run ends here: a budget is used up. */
export class RunEnd {
  readonly fatal = 'run'
  /** Where it ended, as the engine saw it. */
  readonly stack = new Error().stack ?? ''
  constructor(readonly limit: BudgetEnd['limit']) {}
}

/** Straight code came to something that waits or makes a task: the run starts again in the interleaved form. */
export class RestartInterleaved {
  readonly fatal = 'restart'
}

/** A policy gave the execution up. */
export class Abandoned {
  readonly fatal = 'abandoned'
}

export type Fatal = TaskDeath | RunEnd | RestartInterleaved | Abandoned

export function isFatal(error: unknown): error is Fatal {
  return (
    error instanceof TaskDeath ||
    error instanceof RunEnd ||
    error instanceof RestartInterleaved ||
    error instanceof Abandoned
  )
}
