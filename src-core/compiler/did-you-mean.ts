/** Names near a mistyped one, for the messages of compile errors. */

import { nearestWord } from '../base/suggest.ts'

/** `; did you mean …?` or nothing. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const found = nearestWord(name, [...candidates])
  return found === undefined ? '' : `; did you mean "${found}"?`
}
