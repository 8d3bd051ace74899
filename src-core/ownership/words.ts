/** The words of a diagnosis that rules, reports and views share. */
export type Severity = 'error' | 'warning' | 'note'
/** Definite: it happened in this run. Possible: some schedule or era does it, or the holder cannot be known. */
export type Certainty = 'definite' | 'possible'
export type StoryRole = 'allocated' | 'referenced' | 'borrowed' | 'mapped' | 'moved' | 'freed' | 'invalidated' | 'used'
