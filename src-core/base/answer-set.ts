/** The answer to a question of which several options may be right, as one text: the same for any order. */

const NONE = 'none of them'

export function answerOf(chosen: readonly string[]): string {
  return chosen.length === 0 ? NONE : [...new Set(chosen)].sort().join(', ')
}
