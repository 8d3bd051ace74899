/**
 * A finished run as the `check.ts` of a lesson sees it: report, trace and access sets, as plain data with a few
 * questions. `lessons/facts.ts` makes the data; `surface/lesson/lesson.ts` adds the questions.
 */

/** One step of a run. */
export interface LessonStep {
  /** Counts from 1. */
  readonly step: number
  /** Function called: `put_page`, `kfree`, …; `read` and `write` for accesses through a pointer. */
  readonly op: string
  /** Line of the program; 0 for the kernel's own steps. */
  readonly line: number
  /** The call as written. */
  readonly text: string
  readonly task: string
  /** True if the call failed (NULL, a negative errno, a lock that was not taken). */
  readonly failed: boolean
  /** Memory concerned: `LessonMemory.id`; 0 = none. */
  readonly memory: number
}

/** A right on memory, and from which to which step it was held. */
export interface LessonRight {
  /** `owner`, `page-reference`, `kmap`, `vmap`, `dma-mapping`, `pte`, … */
  readonly kind: string
  /** Whether it keeps the page block or covers bytes. */
  readonly on: 'page' | 'bytes'
  readonly holder: string
  readonly line: number
  /** Step that took it. */
  readonly from: number
  /** Step that ended it; 0 = held to the end. */
  readonly to: number
}

/** A piece of memory of the run. */
export interface LessonMemory {
  readonly id: number
  /** `page-block`, `slab-object`, `vmalloc-area`, … */
  readonly kind: string
  /** Variable it was first stored in. */
  readonly name: string
  readonly bytes: number
  /** Line that allocated it. */
  readonly line: number
  /** Step that allocated it. */
  readonly born: number
  /** Step that gave it back; 0 = never. */
  readonly freed: number
  /** Every right ever taken, the owner's first. */
  readonly rights: readonly LessonRight[]
  /** Page reference count after a step (default: at the end). Of the first page; 0 for memory that has none. */
  refcount(step?: number): number
  /** Page map count after a step (default: at the end). */
  mapcount(step?: number): number
  /** Rights held after a step (default: at the end): what can still reach the memory. */
  access_set(step?: number): readonly LessonRight[]
}

/** One diagnosis of the run's report. */
export interface LessonDiagnosis {
  readonly code: string
  readonly severity: 'error' | 'warning' | 'note'
  readonly certainty: 'definite' | 'possible'
  readonly line: number
  readonly step: number
  readonly message: string
  /** Variable of the memory it is about; empty if it has none. */
  readonly memory: string
  readonly fix: string
  /** Codes of what followed from it. */
  readonly consequences: readonly string[]
}

/** What the explorer found, if the lesson asked for it. */
export interface LessonExploration {
  readonly executions: number
  readonly complete: boolean
  readonly findings: readonly { readonly code: string; readonly line: number; readonly schedule: string }[]
}

/** A finished run. */
export interface LessonRun {
  readonly era: string
  /** `completed`, `oops`, `deadlock`, `budget` or `compile-error`. */
  readonly outcome: string
  /** The program's text. */
  readonly source: string
  /** Lines that the program printed. */
  readonly log: readonly string[]
  readonly diagnoses: readonly LessonDiagnosis[]
  /** The diagnoses of severity error. */
  readonly errors: readonly LessonDiagnosis[]
  readonly steps: readonly LessonStep[]
  readonly memory: readonly LessonMemory[]
  readonly exploration: LessonExploration | null
  /** Steps that called a function, oldest first. */
  calls(op: string): readonly LessonStep[]
  /** Steps of a line, oldest first. */
  at_line(line: number): readonly LessonStep[]
  /** The last memory that was first stored in a variable of this name; null if there is none. */
  named(name: string): LessonMemory | null
  /** First line of the program that contains a text; 0 if none does. */
  line_of(text: string): number
  /** True if the run ended well and no diagnosis is an error. */
  clean(): boolean
}
