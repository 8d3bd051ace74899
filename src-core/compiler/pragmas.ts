/**
 * The pragma comments at the top of a program (SURFACE §1, §5): `// @era`, `// @machine`, `// @expect`, `// @schedule`,
 * `// @explore`. Only comments before the first statement count; other comments there are ignored.
 */

import type { CompileError, Expectation, Pragmas } from './contract.ts'

const KNOWN = ['era', 'machine', 'expect', 'schedule', 'explore']
const ERA = /^(v\d+\.\d+|next|memdesc)$/
const CODE = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

/** Lines and columns from 1; the end column is behind the last character. */
export interface Span {
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
}

/** What a program without pragmas asks for. */
export const NO_PRAGMAS: Pragmas = { eras: null, machine: {}, expect: null, schedule: null, explore: null }

/** Reads the pragmas of a program. Malformed ones are reported with code `pragma` and left out. */
export function parsePragmas(file: string, text: string): { pragmas: Pragmas; errors: CompileError[] } {
  const errors: CompileError[] = []
  const machine: Record<string, string> = {}
  let eras: string[] | null = null
  let expect: Expectation[] | null = null
  let schedule: string | null = null
  let explore: Record<string, string> | null = null
  for (const { line, column, text: comment } of leadingComments(text)) {
    const match = /^\s*@([a-z_]+)\b[ \t]*(.*?)\s*$/.exec(comment)
    if (!match) continue
    const [, name = '', rest = ''] = match
    const words = rest.split(/\s+/).filter((word) => word !== '')
    const fail = (message: string): void => {
      errors.push({
        code: 'pragma',
        message,
        file,
        line,
        column,
        endLine: line,
        endColumn: column + comment.length + 2,
      })
    }
    if (!KNOWN.includes(name)) continue
    if (words.length === 0 && name !== 'explore') fail(`@${name} needs a value`)
    else if (name === 'era') {
      const wrong = words.find((word) => word !== 'all' && !ERA.test(word))
      if (wrong === undefined) eras = [...(eras ?? []), ...words]
      else fail(`@era: "${wrong}" is not an era (v6.12 v6.14 v6.17 v6.18 next memdesc, or all)`)
    } else if (name === 'machine' || name === 'explore') {
      const target = name === 'machine' ? machine : (explore ??= {})
      for (const word of words) {
        const pair = /^([a-z_-]+)=(\S+)$/.exec(word)
        if (pair) target[pair[1] ?? ''] = pair[2] ?? ''
        else fail(`@${name}: "${word}" is not of the form key=value`)
      }
    } else if (name === 'schedule') schedule = rest
    else {
      const found = parseExpect(words, line)
      if (typeof found === 'string') fail(found)
      else expect = [...(expect ?? []), ...(found === null ? [] : [found])]
    }
  }
  return { pragmas: { eras, machine, expect, schedule, explore }, errors }
}

/** Where a pragma stands that says a word; the first of its name if none does, null if there is none. */
export function placeOfPragma(text: string, name: string, word: string): Span | null {
  let first: Span | null = null
  for (const { line, column, text: comment } of leadingComments(text)) {
    const match = /^\s*@([a-z_]+)\b(.*)$/.exec(comment)
    if (match?.[1] !== name) continue
    const span = { line, column, endLine: line, endColumn: column + comment.length + 2 }
    if (match[2]?.split(/[\s=]+/).includes(word)) return span
    first ??= span
  }
  return first
}

/** One `@expect`: an expectation, `null` for `none`, or what is wrong with it. */
function parseExpect(words: readonly string[], at: number): Expectation | string | null {
  const [code = '', place, ...rest] = words
  if (code === 'none') return words.length === 1 ? null : '@expect none takes nothing else'
  if (!CODE.test(code)) return `@expect: "${code}" is not a diagnosis code`
  const where = /^(?:(.+):)?([1-9]\d*)$/.exec(place ?? '')
  if (!where) return `@expect ${code} needs a line ([FILE:]LINE)`
  const possible = rest.includes('possible')
  const eras = rest.filter((word) => word !== 'possible')
  const wrong = eras.find((word) => !ERA.test(word))
  if (wrong !== undefined) return `@expect: "${wrong}" is neither an era nor "possible"`
  return { code, file: where[1] ?? null, line: Number(where[2]), eras: eras.length > 0 ? eras : null, possible, at }
}

function* leadingComments(text: string): Generator<{ line: number; column: number; text: string }> {
  const lines = text.split(/\r\n|\n|\r/)
  let inside = false
  for (const [index, whole] of lines.entries()) {
    let line = whole
    if (index === 0 && line.startsWith('#!')) continue
    for (;;) {
      if (inside) {
        const end = line.indexOf('*/')
        if (end < 0) break
        inside = false
        line = line.slice(end + 2)
      }
      const blank = /^[\s\uFEFF]*/.exec(line)?.[0].length ?? 0
      line = line.slice(blank)
      if (line.startsWith('//')) {
        yield { line: index + 1, column: whole.length - line.length + 1, text: line.slice(2) }
        break
      }
      if (line.startsWith('/*')) {
        inside = true
        line = line.slice(2)
        continue
      }
      if (line !== '') return
      break
    }
  }
}
