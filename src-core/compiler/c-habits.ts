/**
 * What C has and a snippet has not: `p->field`, `*p`, `&x`, `struct page *p`, `NULL`. TypeScript's own words for these
 * are of no use to somebody who thinks in C, so the line gets a hint that says how a snippet writes it.
 */

export interface Hint {
  readonly line: number
  /** From 1; `end` is behind the last character. */
  readonly start: number
  readonly end: number
  readonly message: string
}

interface Habit {
  readonly pattern: RegExp
  message(match: RegExpExecArray): string
}

const HABITS: readonly Habit[] = [
  {
    pattern: /\b([A-Za-z_]\w*)\s*->\s*([A-Za-z_]\w*)/g,
    message: ([, base, field]) =>
      `A snippet has no \`->\`: it writes \`${base}.${field}\`. On plain memory (a Ptr) read by offset, ` +
      `for example \`${base}.read_u32(0)\`; each such read is a step that is checked.`,
  },
  {
    pattern: /^\s*\*\s*\(?([A-Za-z_]\w*)\)?\s*=(?!=)/g,
    message: ([, name]) =>
      `A snippet has no \`*${name}\`: it writes through a pointer with \`${name}.write_u8(0, value)\` ` +
      `(write_u16, write_u32, write_u64); the number is the offset in bytes.`,
  },
  {
    pattern: /[=(,]\s*\*\s*([A-Za-z_]\w*)/g,
    message: ([, name]) =>
      `A snippet has no \`*${name}\`: it reads through a pointer with \`${name}.read_u8(0)\` ` +
      `(read_u16, read_u32, read_u64); the number is the offset in bytes.`,
  },
  {
    pattern: /^\s*(?:struct\s+\w+|void|char|int|u8|u16|u32|u64|unsigned\s+\w+)\s*\*\s*([A-Za-z_]\w*)/g,
    message: ([, name]) => `A snippet declares a pointer with \`const ${name} = …\`: its type follows from the call.`,
  },
  { pattern: /\bNULL\b/g, message: () => 'A snippet writes `null` for NULL.' },
]

/** Hints for a text that does not compile. Comments and strings are left out. */
export function cHints(text: string): Hint[] {
  const hints: Hint[] = []
  blanked(text)
    .split('\n')
    .forEach((line, index) => {
      for (const { pattern, message } of HABITS) {
        for (const match of line.matchAll(pattern)) {
          const lead = match[0].length - match[0].trimStart().length
          const start = match.index + lead + 1
          const end = match.index + match[0].length + 1
          hints.push({ line: index + 1, start, end, message: message(match) })
        }
      }
    })
  return hints
}

/** The text with comments and strings blanked, every character in its place. */
function blanked(text: string): string {
  return text.replaceAll(
    /\/\/[^\n]*|\/\*[^]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`/g,
    (found) => found.replaceAll(/[^\n]/g, ' '),
  )
}
