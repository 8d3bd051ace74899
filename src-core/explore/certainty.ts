/** Which of two findings of one mistake an exploration keeps. */
import type { Certainty } from '../ownership/words.ts'

interface Told {
  readonly certainty: Certainty
}

/**
 * True if the first of two findings with one key says more: it happened, where the other one could have happened on
 * another schedule. An exploration hands out the schedule on which it happens.
 */
export function isSurer(first: Told, second: Told): boolean {
  return first.certainty === 'definite' && second.certainty === 'possible'
}
