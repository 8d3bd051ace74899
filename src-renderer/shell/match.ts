/** Finds actions by what is typed: every word must occur; what starts a word counts more, earlier counts more. */

export interface Titled {
  readonly title: string
  readonly group: string
}

/**
 * How well `title` fits `query`, higher is better; -1 if it does not fit. An empty query fits everything equally.
 * `loose`: letters that only occur in this order fit too.
 */
export function fit(title: string, query: string, loose = false): number {
  const text = title.toLowerCase()
  let score = 0
  for (const word of query.toLowerCase().split(/\s+/)) {
    if (word === '') continue
    const at = wordStart(text, word)
    if (at >= 0) score += 100 - Math.min(60, at)
    else if (text.includes(word)) score += 30
    else if (loose && isSpread(text, word)) score += 5
    else return -1
  }
  return score
}

/** The best `most` of a list, best first; equal ones stay in order. Loose ones only if there are no others. */
export function matches<T extends Titled>(list: readonly T[], query: string, most: number): T[] {
  const found = fitting(list, query, most, false)
  return found.length > 0 ? found : fitting(list, query, most, true)
}

function fitting<T extends Titled>(list: readonly T[], query: string, most: number, loose: boolean): T[] {
  return list
    .map((each, at) => ({ each, at, score: fit(`${each.title} ${each.group}`, query, loose) }))
    .filter(({ score }) => score >= 0)
    .sort((a, b) => b.score - a.score || a.at - b.at)
    .slice(0, most)
    .map(({ each }) => each)
}

function wordStart(text: string, word: string): number {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (at === 0 || /[^a-z0-9]/.test(text[at - 1] ?? '')) return at
  }
  return -1
}

/** True if the letters occur in this order: `mmp` in `memory map`. */
function isSpread(text: string, word: string): boolean {
  let at = -1
  return word.length > 1 && [...word].every((letter) => (at = text.indexOf(letter, at + 1)) >= 0)
}
