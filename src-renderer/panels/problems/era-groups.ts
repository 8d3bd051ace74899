/** Verdicts of other eras in as few words as they allow: eras that judge alike stand together. */

export interface EraGroup {
  /** `v6.14 and later`, `v6.14, next`. */
  readonly name: string
  /** What these eras find on the same memory; null = the run there did not finish. */
  readonly codes: readonly string[] | null
}

/** @param order every era, oldest first; @param verdicts of the eras that differ */
export function eraGroups(
  order: readonly string[],
  verdicts: Readonly<Record<string, readonly string[] | null>>,
): readonly EraGroup[] {
  const known = [
    ...order.filter((era) => era in verdicts),
    ...Object.keys(verdicts).filter((era) => !order.includes(era)),
  ]
  const groups = new Map<string, string[]>()
  for (const era of known) {
    const codes = verdicts[era]
    const key = codes === null || codes === undefined ? '?' : [...codes].sort().join(' ')
    groups.set(key, [...(groups.get(key) ?? []), era])
  }
  return [...groups.values()].map((eras) => ({ name: nameOf(order, eras), codes: verdicts[eras[0] ?? ''] ?? null }))
}

function nameOf(order: readonly string[], eras: readonly string[]): string {
  const [first = ''] = eras
  const later = order.slice(order.indexOf(first))
  const toTheEnd = eras.length > 1 && later.length === eras.length && later.every((era, at) => era === eras[at])
  return toTheEnd ? `${first} and later` : eras.join(', ')
}
