/** What an empty comparison offers at once: the few of its choices that answer the usual questions. */

interface Offered {
  /** `era:v6.14`, `program:slab-uaf/fixed`, `original`. */
  readonly id: string
  readonly title: string
}

/** The text as it came, if it was changed since; the next two programs of the example; the first of the other eras. */
export function suggestedChoices(choices: readonly Offered[]): Offered[] {
  const programs = choices.filter(({ id }) => id.startsWith('program:')).slice(0, 2)
  const eras = choices.filter(({ id }) => id.startsWith('era:')).slice(0, 1)
  return [...choices.filter(({ id }) => id === 'original'), ...programs, ...eras]
}
