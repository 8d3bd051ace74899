/** What the surface's declarations say of a name: the module that has it and what a call of it gives, as written. */
import { DECLARATIONS } from '../../surface/generated/declarations.ts'

export interface Declared {
  /** `linux/slab`, `kernel/page`. */
  readonly module: string
  /** Result type as it is declared; empty for values. */
  readonly result: string
  /** The documentation says that it can fail with an errno. */
  readonly fails: boolean
}

const EXPORTED = /(?:\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s*)?export (function|const|class) ([\w$]+)([^\n]*)/g
/** Modules that gather others, and types of no header. */
const GATHERING = new Set(['linux', 'kernel', 'pageward:types'])

let known: ReadonlyMap<string, Declared> | null = null

/** What is known of a name of the surface; undefined if it has none of this name. */
export function declared(name: string): Declared | undefined {
  known ??= read()
  return known.get(name)
}

function read(): ReadonlyMap<string, Declared> {
  const found = new Map<string, Declared>()
  for (const { module, text } of DECLARATIONS) {
    for (const [, comment = '', kind = '', name = '', rest = ''] of text.matchAll(EXPORTED)) {
      const before = found.get(name)
      if (before !== undefined && (GATHERING.has(module) || !GATHERING.has(before.module))) continue
      const result = kind === 'function' ? resultOf(rest) : ''
      found.set(name, { module, result, fails: /KernelError|Fails with|-E[A-Z]+\b/.test(comment) })
    }
  }
  return found
}

/** What stands behind the parameter list of a signature. */
function resultOf(signature: string): string {
  let depth = 0
  for (let at = 0; at < signature.length; at++) {
    if (signature[at] === '(') depth++
    else if (signature[at] === ')' && --depth === 0)
      return signature
        .slice(at + 1)
        .replace(/^\s*:\s*/, '')
        .trim()
  }
  return ''
}
