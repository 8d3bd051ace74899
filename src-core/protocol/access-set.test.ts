/** `sim.access_set` as a host answers it: a ledger beside the run. */
import { expect, it } from 'vitest'
import { compile } from '../compiler/compile.ts'
import { newAccessReader } from '../ownership/access-reader.ts'
import { DEFAULT_BUDGETS } from '../runtime/run-options.ts'
import { Session, type Sandbox } from '../runtime/session.ts'
import { SURFACE_INDEX } from '../surface/generated/index.ts'

const sandbox: Sandbox = {
  evaluate: (text) => new Function(`return (${text})`)() as unknown,
  protect: () => undefined,
}

function logOf(text: string, interleaved: boolean): string[] {
  const program = compile('x.ts', [{ path: 'x.ts', text }], SURFACE_INDEX)
  const log: string[] = []
  const nothing = (): void => undefined
  const options = { era: 'v6.12', machine: {}, budgets: DEFAULT_BUDGETS, interleaved }
  const sink = {
    started: nothing,
    opened: nothing,
    closed: nothing,
    task: nothing,
    cache: nothing,
    log: (line: { readonly text: string }) => log.push(line.text),
    string: nothing,
  }
  new Session(program, options, sandbox, sink, newAccessReader).run()
  return log
}

const PROGRAM = `import { sim } from 'sim'
import * as k from 'linux'
const say = (memory) => k.pr_info(sim.access_set(memory).map((r) => r.kind + ' ' + r.on + ' ' + r.at.line).join(', '))
const page = k.alloc_page(k.GFP_KERNEL)
k.get_page(page)
const local = k.kmap_local_page(page)
say(page)
say(local)
k.kunmap_local(local)
k.put_page(page)
say(page)
k.__free_page(page)
say(page)
const object = k.kmalloc(64, k.GFP_KERNEL)
k.get_page(k.virt_to_page(object))
say(object)
for (let i = 0; i < 6000; i++) k.kfree(k.kmalloc(32, k.GFP_KERNEL))
k.kfree(object)
say(object)
`

it.each([false, true])('lists owner, references and mappings with their lines (interleaved: %s)', (interleaved) => {
  const log = logOf(PROGRAM, interleaved)
  const all = 'owner page 4, page-reference page 5, kmap bytes 6'
  expect(log.slice(0, 4)).toEqual([all, all, 'owner page 4', ''])
  expect(log[4]).toBe('owner bytes 14, page-reference page 15')
  expect(log[5]).toBe('page-reference page 15')
})
