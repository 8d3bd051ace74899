/** What a host gives the protocol server: something that runs programs and remembers what they did. */
import type { CompiledProgram } from '../compiler/contract.ts'
import type { StaticFinding } from '../compiler/static/finding.ts'
import type { Finding } from '../ownership/finding.ts'
import type { Ledger } from '../ownership/ledger.ts'
import type { Report } from '../report/report.ts'
import type { RunRecord } from '../trace/record.ts'
import type { TraceStore } from '../trace/store.ts'
import type {
  Calls,
  EraInfo,
  Explanation,
  ExploreAnswer,
  ExploreRequest,
  SwapRequest,
  Swapped,
  LessonAnswer,
  Notice,
  RunRequest,
} from './messages.ts'

/** A run that has ended, with everything that questions about it are answered from. */
export interface FinishedRun {
  readonly record: RunRecord
  readonly store: TraceStore
  readonly program: CompiledProgram
  readonly ledger: Ledger
  readonly findings: readonly Finding[]
  readonly report: Report
  /** Milliseconds in the compiler, in the simulator, in the rules. */
  readonly compileMs: number
  readonly runMs: number
  readonly judgeMs: number
}

export interface Core {
  readonly eras: readonly EraInfo[]
  /**
   * Runs a program; the server asks for one at a time. `run` is the number under which notices name the run; `notify`
   * may be called until after the promise has settled. A program that does not compile is a finished run too (outcome
   * `compile-error`, no chunks). Rejects only if the simulator itself failed.
   */
  runProgram(request: RunRequest, run: number, notify: (notice: Notice) => void): Promise<FinishedRun>
  /** Takes the memory of a finished run for later ones; the server will not ask about that run again. */
  recycle?(finished: FinishedRun): void
  /** Ends the run that goes on, which then finishes with outcome `budget`. Does nothing if there is none. */
  cancel(): void
  /** A newer run waits: the one that goes on may end by itself, but not go on for long. */
  supersede(): void
  explain(code: string): Explanation | null
  /** Explores a program; a newer exploration or `stopExplore` ends it. Rejects only if the simulator itself failed. */
  explore(request: ExploreRequest, notify: (notice: Notice) => void): Promise<ExploreAnswer>
  /** Ends the exploration that goes on, keeping what it found. Does nothing if there is none. */
  stopExplore(): void
  /** Makes the exploration that goes on wait, or lets it go on. Does nothing if there is none. */
  pauseExplore(paused: boolean): void
  /** Exchanges two neighbouring steps of a schedule. Rejects if the program does not compile. */
  swapSteps(request: SwapRequest): Promise<Swapped>
  /**
   * Ownership mistakes that the text of a program shows. Runs and questions go first. Null if `isWanted` said no before
   * all was looked at.
   */
  check(request: RunRequest, isWanted: () => boolean): Promise<readonly StaticFinding[] | null>
  /** Judges a program as the answer to a lesson. Rejects if lesson.md is wrong or the simulator failed. */
  checkLesson(ask: Calls['lessonCheck']['ask']): Promise<LessonAnswer>
}
