import { expect, it } from 'vitest'
import { compile } from '../compiler/compile.ts'
import { SURFACE_INDEX } from '../surface/generated/index.ts'
import { DEFAULT_BUDGETS, type Budgets } from './run-options.ts'
import type { FromRunner } from './runner-messages.ts'
import { Runner } from './runner.ts'

function sentBy(text: string, budgets: Budgets = DEFAULT_BUDGETS): FromRunner[] {
  const sent: FromRunner[] = []
  const sandbox = {
    evaluate: (source: string): unknown => new Function(`return (${source})`)() as unknown,
    protect: () => undefined,
  }
  const send = (message: FromRunner): number => sent.push(structuredClone(message))
  const runner = new Runner({ send, sharesMemory: true }, () => sandbox)
  const program = compile('a.ts', [{ path: 'a.ts', text }], SURFACE_INDEX)
  const options = { era: 'v6.12', machine: {}, budgets, interleaved: program.interleaved }
  runner.receive({ type: 'run', run: 1, program, options, spares: [] })
  return sent
}

it('sends the caches of a run together, before its end, and what was logged at once', () => {
  const sent = sentBy("import { pr_info } from 'linux'\npr_info('a')\npr_info('b')\n")
  const tables = sent.flatMap((message) => (message.type === 'tables' ? [message.tables] : []))
  expect(tables.filter(({ log }) => log.length > 0).map(({ log }) => log[0]!.text)).toEqual(['a', 'b'])
  const withCaches = tables.filter(({ caches }) => caches.length > 0)
  expect(withCaches).toHaveLength(1)
  expect(withCaches[0]!.caches.length).toBeGreaterThan(10)
  expect(sent.at(-1)?.type).toBe('ended')
})

it('ends a run whose log takes more than its share of the memory budget, at the same line every time', () => {
  const text = "import { pr_info } from 'linux'\nfor (;;) pr_info('x'.repeat(1000))\n"
  const lines = (): number => {
    const sent = sentBy(text, { ...DEFAULT_BUDGETS, memory: 1 << 24 })
    expect(sent.at(-1)).toMatchObject({ type: 'ended', outcome: 'budget', budget: { limit: 'memory' } })
    return sent.reduce((sum, message) => sum + (message.type === 'tables' ? message.tables.log.length : 0), 0)
  }
  expect(lines()).toBe(Math.floor(2 ** 20 / 1040) + 1)
  expect(lines()).toBe(Math.floor(2 ** 20 / 1040) + 1)
})
