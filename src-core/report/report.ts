/**
 * The report of a run: the JSON of SURFACE §7, which programs and graders read. Fields may be added, never changed.
 * Only fields with a time in their name may differ between two runs.
 */
import type { Certainty, Severity, StoryRole } from '../ownership/words.ts'
import type { Outcome } from '../trace/record.ts'

/** A place in a source file. Line and column count from 1; the column is the UTF-16 unit where the call starts. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
}

export type { Certainty, Severity, StoryRole }

export interface StoryLine {
  readonly role: StoryRole
  readonly at: Place | null
  readonly step: number
  /** Task that did it. */
  readonly task: string
  readonly text: string
}

/** A right that still reaches the memory. */
export interface RightLeft {
  /** `page-reference`, `kmap`, `vmap`, `pte`, `pin`, `sg-entry`, `dma-mapping`, `borrow`, `owner`. */
  readonly kind: string
  /** Whether the right keeps the page block (references, pins) or covers bytes (mappings, borrows). */
  readonly on: 'page' | 'bytes'
  /** Task that took it. */
  readonly holder: string
  readonly at: Place | null
}

export interface MemoryName {
  /** `page-block`, `slab-object`, `large-kmalloc`, `vmalloc-area`, … */
  readonly kind: string
  /** Variable it was first stored in; empty if it never was. */
  readonly name: string
  /** Kernel virtual address, `0x` and 16 digits. */
  readonly address: string
  readonly bytes: number
  /** Allocation id in the trace: what views select. */
  readonly allocation: number
}

/** One of the places that a possible diagnosis may be about. */
export interface Candidate {
  readonly at: Place | null
  readonly step: number
  readonly text: string
}

export interface Diagnosis {
  readonly code: string
  readonly severity: Severity
  readonly certainty: Certainty
  readonly message: string
  readonly at: Place
  readonly task: string
  readonly step: number
  readonly memory: MemoryName | null
  readonly story: readonly StoryLine[]
  readonly rights_left: readonly RightLeft[]
  readonly pointers: readonly { readonly name: string; readonly at: Place | null }[]
  /** What followed from this mistake; counts for nothing else. */
  readonly consequences: readonly Diagnosis[]
  /** Eras whose codes on this memory differ from this era's; null = the run there did not finish. */
  readonly eras: Readonly<Record<string, readonly string[] | null>>
  readonly fix: string
  /** First line a real kernel with these debug options prints; empty when it stays silent. */
  readonly kernel: string
  /** Present where it cannot be known which of several calls is meant: all of them (certainty `possible`). */
  readonly candidates?: readonly Candidate[]
  /** How often the same mistake was repeated after the first time. */
  readonly repeats?: number
}

export interface ReportError {
  readonly code: string
  readonly message: string
  readonly at: Place
  /** Name that may stand in the place of the one at `at` (`not-in-this-era`). */
  readonly replacement?: string
}

export interface Report {
  readonly schema: 'pageward.report/1'
  readonly program: string
  readonly era: string
  readonly basis: 'measured' | 'source' | 'plan'
  readonly schedule: string
  readonly outcome: Outcome
  /** Present when a budget ended the run. */
  readonly budget?: { readonly limit: string; readonly message: string; readonly at?: Place }
  readonly reproducible?: boolean
  readonly errors?: readonly ReportError[]
  readonly diagnoses: readonly Diagnosis[]
  readonly log: readonly string[]
  readonly invisible_sharing?: readonly string[]
  readonly stats: {
    readonly operations: number
    readonly deltas: number
    readonly compile_ms: number
    readonly run_ms: number
  }
}

export interface Matrix {
  readonly schema: 'pageward.matrix/1'
  readonly reports: readonly Report[]
}

export interface Reports {
  readonly schema: 'pageward.reports/1'
  readonly reports: readonly Report[]
}
