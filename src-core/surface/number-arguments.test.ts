/**
 * Every number that a function of the C surface takes is checked: with arguments that are right but for one, which is
 * no whole number, nothing is done and a TypeError or RangeError says so.
 */
import { expect, it } from 'vitest'
import { runText } from '../runtime/testing/run-text.ts'
import { DECLARATIONS } from './generated/declarations.ts'

const WRONG = [
  '{}',
  '"x"',
  'NaN',
  '0.5',
  '() => 1',
  'undefined',
  'null',
  '[]',
  'Symbol("s")',
  '{ valueOf() { throw 1 } }',
]

/** Right arguments by type, as far as one value does for a type. */
const RIGHT: Readonly<Record<string, string>> = {
  number: '8',
  'Ptr | null': 'kmalloc(64, GFP_KERNEL)',
  Ptr: 'kmalloc(64, GFP_KERNEL)',
  page: 'alloc_page(GFP_KERNEL)',
  'page | null': 'alloc_page(GFP_KERNEL)',
  folio: 'folio_alloc(GFP_KERNEL, 2)',
  string: '"name"',
  boolean: 'true',
  kmem_cache: 'kmem_cache_create("c", 64, 0, 0, null)',
  '((p: Ptr) => void) | null': 'null',
  'readonly page[]': '[alloc_page(GFP_KERNEL)]',
  'page[]': '[]',
  '(page | null)[]': '[]',
  'bigint[]': '[]',
  'number[]': '[]',
}

interface Parameter {
  readonly name: string
  readonly type: string
}

const MODULES = /^linux\//

function* functions(): Generator<[string, string, Parameter[]]> {
  for (const { module, text } of DECLARATIONS) {
    if (!MODULES.test(module)) continue
    for (const [, name, list] of text.matchAll(/^export function (\w+)\((.*)\): [^\n]*$/gm)) {
      const parameters = [...(list ?? '').matchAll(/(\w+)\??: ((?:\([^)]*\) => \w+|[^,(]|\([^)]*\))+)(?:, |$)/g)]
      yield [module, name ?? '', parameters.map(([, of, type]) => ({ name: of ?? '', type: (type ?? '').trim() }))]
    }
  }
}

it('a number argument that is no whole number is refused by every function that takes one', () => {
  const taken: string[] = []
  let checked = 0
  for (const [module, name, parameters] of functions()) {
    if (parameters.some(({ type }) => RIGHT[type] === undefined)) continue
    const calls: string[] = []
    for (const [at, { type, name: argument }] of parameters.entries()) {
      if (type !== 'number') continue
      for (const wrong of WRONG) {
        checked++
        const args = parameters.map((each, i) => (i === at ? `(${wrong})` : RIGHT[each.type]))
        const told = JSON.stringify(`${name}(${argument}: ${wrong})`)
        calls.push(
          `start(() => { try { subject(${args.join(', ')}); say(${told}) } catch (error) { other(error) } }, 't')`,
        )
      }
    }
    if (calls.length === 0) continue
    const { log } = runText(
      `import { ${name} as subject } from '${module}'
import { alloc_page, folio_alloc, GFP_KERNEL, kmalloc, kmem_cache_create } from 'linux'
import { kthread_run as start, pr_info as say } from 'linux'
const other = (error) => { if (!(error instanceof TypeError || error instanceof RangeError)) say('${name}(odd)') }
${calls.join('\n')}`,
      { interleaved: true },
    )
    taken.push(...log.filter((line) => line.startsWith(`${name}(`)))
  }
  expect(taken).toEqual([])
  expect(checked).toBeGreaterThan(100)
}, 60_000)
