/** What the catalogue says of one diagnosis code. */
export interface CatalogueEntry {
  /** A line: what went wrong. */
  readonly title: string
  /** Which belief was wrong, and why it matters. */
  readonly meaning: string
  /** How a real kernel shows it, with which tool. */
  readonly kernel: string
  readonly fix: string
  /**
   * Where to read more: a commit, a CVE, a section of the kernel's documentation; empty if there is no single
   * place.
   */
  readonly reference: string
}

export function entry(title: string, meaning: string, kernel: string, fix: string, reference = ''): CatalogueEntry {
  return { title, meaning, kernel, fix, reference }
}
