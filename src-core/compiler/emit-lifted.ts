/**
 * Functions that are written once, outside of the code that each execution runs (liftable.ts says which). What is left
 * at their place is an arrow that hands on the captured names and the arguments: `(a) => $g_1(x, $g_f, a)`.
 */

import { lastLineMark, lineMark, mentions } from './emitted-text.ts'
import type { Emitter } from './emitter.ts'
import type { Liftable } from './liftable.ts'
import type { Binding } from './scope.ts'

/**
 * The arrow in the place of the twin of a function; `null` if it has to stay a closure. `body` emits its body, in
 * braces.
 */
export function emitLifted(e: Emitter, node: Liftable, body: () => string): string | null {
  const captures = e.liftable?.captures(node) ?? null
  if (captures === null) return null
  const text = e.inScope(node, body)
  const captured = [...new Set(captures.flatMap(namesOf))].filter((name) => mentions(text, name))
  const own = node.parameters.map(({ name }) => name.getText(e.file.sourceFile)).filter((name) => name !== 'this')
  const rest = node.parameters.some(({ dotDotDotToken }) => dotDotDotToken !== undefined)
  const taken = rest ? [...own.slice(0, -1), `...${own[own.length - 1] ?? ''}`] : own
  const names = [...captured, ...own].join(', ')
  const lifted = `$g_${e.lifted.length + 1}`
  e.lifted.push(`\n${lineMark(e.line(node))}function* ${lifted}(${names}) ${text}`)
  // What follows at its place counts to the line it counted to behind the function.
  return `(${taken.join(', ')}) => ${lifted}(${names})${lastLineMark(text)}`
}

/** The names that a binding has in emitted text: a function that calls can be sure of has a twin. */
function namesOf({ name, fn, assigned }: Binding): string[] {
  return fn && !assigned ? [name, `$g_${name}`] : [name]
}
