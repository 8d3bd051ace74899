import { expect, it } from 'vitest'
import { compile } from '../compiler/compile.ts'
import { SURFACE_INDEX } from '../surface/generated/index.ts'
import { DEFAULT_BUDGETS } from './run-options.ts'
import type { FromRunner } from './runner-messages.ts'
import { Runner } from './runner.ts'

function sentBy(text: string): FromRunner[] {
  const sent: FromRunner[] = []
  const sandbox = {
    evaluate: (source: string): unknown => new Function(`return (${source})`)() as unknown,
    protect: () => undefined,
  }
  const send = (message: FromRunner): number => sent.push(structuredClone(message))
  const runner = new Runner({ send, sharesMemory: true }, () => sandbox)
  const program = compile('a.ts', [{ path: 'a.ts', text }], SURFACE_INDEX)
  const options = { era: 'v6.12', machine: {}, budgets: DEFAULT_BUDGETS, interleaved: program.interleaved }
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
