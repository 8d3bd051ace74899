/** What the run gives to surface modules that make tasks, wait, or call back. */
import type { Steps } from '../sched/driven.ts'
import type { AccessAnswers } from './access-answers.ts'

/** A function of the surface, seen untyped. */
export type SurfaceFunction = (this: unknown, ...args: unknown[]) => unknown

export interface RunHost {
  /** Facts about finished runs as JSON, for the check of a lesson; empty for every other program. */
  readonly facts: string
  /** Freezes what the snippet gets, with everything that can be reached from it. */
  protect(value: object): void
  /** A step as a function value: takes its site from the call. */
  stepValue(fn: SurfaceFunction): SurfaceFunction
  /** A suspending step as a function value. */
  suspendingValue(fn: SurfaceFunction): SurfaceFunction
  /** Returned by a suspending function that has to wait; it is called again when the task runs again. */
  readonly blocked: symbol
  readonly scheduler: {
    add(id: number, steps: Steps, then?: (id: number, value: unknown) => Steps | null): void
    yieldNow(): void
    sleep(milliseconds: number): void
    isAsleep(id: number): boolean
    /** Wakes every sleeper: the straight form has nobody to wait for. */
    wakeAll(): void
    readonly idle: (() => boolean)[]
    /** Decides who goes on; null = the default schedule. */
    readonly policy?: object | null
  }
  /** Answers `sim.access_set`; null on a host that has no ledger beside its runs. */
  readonly access: AccessAnswers | null
  /** Ends the running user program. */
  exitTask(): never
  /** True if what was thrown is the end of a user program; what follows in its task runs as the kernel's exit path. */
  caughtExit(error: unknown): boolean
  /** Runs steps to their end at once, without preemption; a step among them that has to wait ends the task. */
  drive(steps: Steps): unknown
  /** True in the interleaved form, where a task can wait. */
  canWait(): boolean
  /** Throws if the run is in the straight form, which cannot make tasks or wait: it starts again interleaved. */
  needsInterleaving(): void
}
