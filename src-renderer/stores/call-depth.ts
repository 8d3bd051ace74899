/**
 * How deep each step lies in calls of the program's own functions. The trace has the function a step is written in, not
 * the calls between; they are inferred from the order of the steps of a task and from which function's text mentions
 * which. Two functions of one name, and recursion, count as one.
 */
import type { SourceFile } from '../../src-core/compiler/contract.ts'
import type { StepRow } from '../../src-core/protocol/messages.ts'

/** Whether the text of function `caller` mentions a call of `callee`. */
export type Mentions = (caller: string, callee: string) => boolean

/** Depth of each row: 1 at top level. */
export function depthsOf(rows: readonly Pick<StepRow, 'task' | 'within'>[], mentions: Mentions): Uint16Array {
  const stacks = new Map<number, string[]>()
  return Uint16Array.from(rows, ({ task, within }) => {
    const name = within ?? ''
    let stack = stacks.get(task)
    if (stack === undefined) stacks.set(task, (stack = ['']))
    const at = stack.lastIndexOf(name)
    if (at >= 0) stack.length = at + 1
    else {
      // Who has returned meanwhile: those above the innermost that calls it.
      while (stack.length > 1 && !mentions(stack.at(-1) ?? '', name)) stack.pop()
      stack.push(name)
    }
    return stack.length
  })
}

/** Reads from the texts which function mentions which. */
export function mentionsIn(files: readonly SourceFile[]): Mentions {
  const bodies = new Map<string, string>()
  const body = (name: string): string => {
    let found = bodies.get(name)
    if (found === undefined) bodies.set(name, (found = files.map((file) => bodyOf(file.text, name)).join('\n')))
    return found
  }
  return (caller, callee) => {
    if (caller === '' || callee === '') return caller === ''
    const text = body(caller)
    return text.trim() === '' || new RegExp(`\\b${escaped(callee)}\\b`).test(text)
  }
}

/** Text from the braces of `function name`, `name = (…) =>` or method `name(…)`; empty if it is not there. */
function bodyOf(text: string, name: string): string {
  const own = escaped(name.split('.').at(-1) ?? name)
  const heads = [
    `\\bfunction\\s*\\*?\\s*${own}\\b`,
    `\\b${own}\\s*[=:]\\s*(?:async\\s*)?(?:\\(|function\\b|\\w+\\s*=>)`,
    `\\b${own}\\s*\\([^()]*\\)[^;{}\\n]*\\{`,
  ]
  const head = new RegExp(heads.join('|'))
  const found = head.exec(text)
  if (found === null) return ''
  const open = text.indexOf('{', found.index)
  if (open < 0) return ''
  let depth = 0
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{') depth++
    else if (text[at] === '}' && --depth === 0) return text.slice(open, at + 1)
  }
  return text.slice(open)
}

function escaped(name: string): string {
  return name.replaceAll(/[^\w]/g, '\\$&')
}

/**
 * Step after which a person stops who steps over (`over`: next line of this function or of one further out) or out
 * (`out`: back in the caller). `step` is the playhead; the last step's number if nothing like it comes.
 */
export function stepAfter(
  rows: readonly Pick<StepRow, 'task' | 'within' | 'line' | 'file'>[],
  depths: Uint16Array,
  step: number,
  way: 'over' | 'out',
): number {
  const here = rows[step - 1]
  const depth = depths[step - 1] ?? 0
  if (here === undefined) return Math.min(step + 1, rows.length)
  for (let at = step; at < rows.length; at++) {
    const row = rows[at]
    const deep = depths[at] ?? 0
    if (row === undefined || row.task !== here.task) continue
    if (way === 'out' ? deep < depth : deep < depth || (deep === depth && !sameLine(row, here))) return at + 1
  }
  return rows.length
}

function sameLine(a: Pick<StepRow, 'line' | 'file'>, b: Pick<StepRow, 'line' | 'file'>): boolean {
  return a.line === b.line && a.file === b.file
}
