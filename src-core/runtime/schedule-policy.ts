/**
 * Who decides which task goes on, if it is not the default schedule: the explorer, or a schedule token. The scheduler
 * asks before every step; a step is what a task does from one record to the next.
 */

/** What became of the task that was picked. */
export const Went = {
  /** It recorded something and can go on, or waits for something since. */
  STEPPED: 0,
  /** It could not go on: it recorded nothing. */
  BLOCKED: 1,
  /** It ended; whether it recorded something shows in the trace. */
  ENDED: 2,
} as const
export type Went = (typeof Went)[keyof typeof Went]

export interface SchedulePolicy {
  /** The task that goes on, if that is known whoever else could; -1 = ask `pick`. */
  known(): number
  /** The task that goes on, one of `able` (in order of creation); -1 = the execution is given up here. */
  pick(able: readonly number[]): number
  /** What the task did that was picked. */
  went(task: number, what: Went): void
  /** A task got its code; `by` is the running task, -1 if there is none. */
  added(task: number, by: number): void
  /** No task can go on: a deadlock. The rows that say so follow. */
  stuck(): void
}
