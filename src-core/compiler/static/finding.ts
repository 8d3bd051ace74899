/** What the static check finds, as plain data: it crosses threads and is rendered like a diagnosis of a run. */

/** A place in the source; lines and columns are 1-based. */
export interface StaticPlace {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

/** One edit of a quick fix: the text of `at` becomes `text`. */
export interface StaticEdit {
  readonly at: StaticPlace
  readonly text: string
}

/** A step of the story: where the memory came from, where it went. */
export interface StaticNote {
  readonly text: string
  readonly at: StaticPlace
}

export interface StaticFinding {
  /** A code of the catalogue. */
  readonly code: string
  /** `error`: definite on a path that can be taken. `warning`: possible, or without consequence in this era. */
  readonly severity: 'error' | 'warning'
  readonly certainty: 'definite' | 'possible'
  readonly message: string
  readonly at: StaticPlace
  /** Source order of events: allocated, freed, the condition that leads here. */
  readonly story: readonly StaticNote[]
  /** What to write instead. */
  readonly fix: { readonly title: string; readonly edits: readonly StaticEdit[] } | null
}
