/** Which step of one run stands for which step of another: calls as written, matched in order. */

export interface Tied {
  readonly text: string
}

/** Steps of the other run that a match may lie behind the last one. */
const FURTHEST = 200

/**
 * For each step of `mine` (index = step, 0 = before the first) the step of `theirs` that is as far: that of the same
 * call, else that of the last call both made.
 */
export function tie(mine: readonly Tied[], theirs: readonly Tied[]): Uint32Array {
  const tied = new Uint32Array(mine.length + 1)
  let at = 0
  for (let step = 1; step <= mine.length; step++) {
    const { text } = mine[step - 1] ?? { text: '' }
    const end = Math.min(theirs.length, at + FURTHEST)
    for (let other = at; other < end; other++) {
      if (theirs[other]?.text !== text) continue
      at = other + 1
      break
    }
    tied[step] = at
  }
  // The end of one is the end of the other.
  if (mine.length > 0) tied[mine.length] = theirs.length
  return tied
}

/** First step of `mine` that is tied to `step` of theirs or a later one. */
export function untie(tied: Uint32Array, step: number): number {
  const found = tied.findIndex((each) => each >= step)
  return found < 0 ? tied.length - 1 : found
}
