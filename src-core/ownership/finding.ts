/** What a rule says: a diagnosis in terms of the trace. The report turns steps into places and names. */
import type { Certainty, Severity, StoryRole } from './words.ts'

export interface FindingLine {
  readonly role: StoryRole
  /** Step it tells of; 0 = no step (a remark). */
  readonly step: number
  readonly text: string
  /** Where it is, if no step is there: a name that is moved makes no step. */
  readonly site?: number
}

/** A right that was left: a reference, a mapping, a pin, a borrow. */
export interface FindingRight {
  readonly kind: string
  readonly on: 'page' | 'bytes'
  /** Step that took it. */
  readonly step: number
}

/** One of several places that a possible finding may be about. */
export interface FindingCandidate {
  readonly step: number
  readonly text: string
}

export interface Finding {
  readonly code: string
  readonly severity: Severity
  readonly certainty: Certainty
  readonly message: string
  /** Step that commits the mistake: where it is reported. */
  readonly step: number
  /** Allocation it is about; 0 = none known. */
  readonly allocation: number
  readonly story: readonly FindingLine[]
  readonly rightsLeft: readonly FindingRight[]
  /** Steps that made plain pointers into the memory. */
  readonly pointers: readonly number[]
  readonly consequences: Finding[]
  readonly fix: string
  /** What such a kernel prints; lines are separated by a line feed. A later report of it adds its lines. */
  kernel: string
  /** Where it cannot be known which of several is meant: all of them. Empty = it is known. */
  readonly candidates: readonly FindingCandidate[]
  /** How often the same mistake was made again. */
  repeats: number
  /** The other places of it, the first few. */
  readonly again: FindingLine[]
}
