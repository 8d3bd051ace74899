/**
 * Rules for the text that the emitter writes: comments are dropped, and nothing in it looks like `import(`, a direct
 * `eval(` or an HTML comment, which SES refuses even inside strings. Two kinds of marks stand in the text until it is
 * linked (link.ts): a site of the file and the source line of what follows.
 */

const LINE_MARK = '\u0002'
const SITE_MARK = '\u0003'

/** Finds marks and line ends: group 1 is a source line, group 2 a site of the file. */
export const MARKS = /\u0002(\d+)\u0002|\u0003(\d+)\u0003|\n/g

/** A mark for "what follows comes from this line". */
export function lineMark(line: number): string {
  return LINE_MARK + line + LINE_MARK
}

/** A mark for a site of the file, counted from 1 within the file. */
export function siteMark(site: number): string {
  return SITE_MARK + site + SITE_MARK
}

/** Text between syntax nodes without its comments. Such text holds only punctuation, keywords, blanks and comments. */
export function withoutComments(gap: string): string {
  if (!gap.includes('/')) return gap
  return gap.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n\r\u2028\u2029]*/g, (comment) => (comment.includes('\n') ? '\n' : ' '))
}

const REFUSED = /(\\*)(<(?=!--)|(?<=--)>|i(?=mport\s*(?:\(|\/[/*]))|e(?=val\s*\()|\u0002|\u0003)/g

/** True if the text of a literal holds something that `escapeLiteral` has to change. */
export function needsEscape(literal: string): boolean {
  REFUSED.lastIndex = 0
  return REFUSED.test(literal)
}

/** The text of a string, template or regular expression literal with the same value and nothing that SES refuses. */
export function escapeLiteral(literal: string): string {
  return literal.replace(REFUSED, (_all, slashes: string, char: string) => {
    const kept = slashes.length % 2 === 1 ? slashes.slice(1) : slashes
    return `${kept}\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`
  })
}

/** The mark of the last source line that a text has a mark of. */
export function lastLineMark(text: string): string {
  const end = text.lastIndexOf(LINE_MARK)
  return end <= 0 ? '' : text.slice(text.lastIndexOf(LINE_MARK, end - 1), end + 1)
}

/** True if a text may mention a name. */
export function mentions(text: string, name: string): boolean {
  const escaped = name.replaceAll('$', '\\$')
  return new RegExp(`(?<![\\w$])${escaped}(?![\\w$])`).test(text)
}
