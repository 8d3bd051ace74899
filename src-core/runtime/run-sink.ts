/** What a run is given to evaluate code in, and where what it leaves goes. */
import type { BudgetEnd, CacheInfo, LogLine, MachineInfo, Outcome, TaskInfo } from '../trace/record.ts'
import type { TraceChunk } from '../trace/chunk.ts'

/** Evaluates the text of a function expression in the sandbox; stack traces show `name`. */
export type Evaluate = (text: string, name: string) => unknown

/** Where the code of a run is evaluated. */
export interface Sandbox {
  readonly evaluate: Evaluate
  /** Freezes what the snippet gets, with everything that can be reached from it. */
  protect(value: object): void
  /** Takes back what was done to the globals: between executions. */
  reset?(): void
  /** Bytes that the realm's heap takes, with what hangs on it; left out where the host cannot tell. */
  readonly heapBytes?: () => number
}

/** Where what a run leaves behind goes, as it comes into being. */
export interface RunSink {
  started(machine: MachineInfo): void
  opened(chunk: TraceChunk): void
  closed(chunk: TraceChunk): void
  task(task: TaskInfo): void
  cache(cache: CacheInfo): void
  log(line: LogLine): void
  string(text: string): void
}

export interface RunEnding {
  readonly outcome: Outcome
  readonly budget: BudgetEnd | null
}
