/** Both forms of a program leave byte-identical traces on the real machine, under the default schedule. */
import { describe, expect, it } from 'vitest'
import { compile } from '../compiler/compile.ts'
import { SURFACE_INDEX } from '../surface/generated/index.ts'
import type { TraceChunk } from '../trace/chunk.ts'
import { DEFAULT_BUDGETS } from './run-options.ts'
import { Session } from './session.ts'
import type { Sandbox } from './session.ts'

const sandbox: Sandbox = {
  evaluate: (text) => new Function(`return (${text})`)() as unknown,
  protect: () => undefined,
}

/** Everything that one form of a program leaves behind. */
function trace(text: string, interleaved: boolean, era: string): unknown {
  const program = compile('x.ts', [{ path: 'x.ts', text }], SURFACE_INDEX)
  expect(program.errors).toEqual([])
  const chunks: TraceChunk[] = []
  const said: unknown[] = []
  const options = { era, machine: {}, budgets: DEFAULT_BUDGETS, interleaved }
  const session = new Session({ ...program, interleaved: false }, options, sandbox, {
    started: () => undefined,
    opened: (chunk) => chunks.push(chunk),
    closed: () => undefined,
    task: (task) => said.push(task),
    cache: (cache) => said.push(cache),
    log: (line) => said.push(line),
    string: (line) => said.push(line),
  })
  const ending = session.run()
  expect(chunks[0]?.opCount).toBeGreaterThan(5)
  return { ending, said, chunks: chunks.map((chunk) => columns(chunk)) }
}

/** The columns of a chunk as plain arrays, without their unused ends. */
function columns(chunk: TraceChunk): unknown {
  const plain = ([name, value]: [string, unknown]): [string, unknown] => {
    if (ArrayBuffer.isView(value)) return [name, used(Array.from(value as Uint8Array))]
    if (typeof value === 'object' && value !== null) return [name, Object.fromEntries(Object.entries(value).map(plain))]
    return [name, value]
  }
  return Object.fromEntries(Object.entries(chunk).map(plain))
}

function used(list: number[]): number[] {
  let end = list.length
  while (end > 0 && list[end - 1] === 0) end--
  return list.slice(0, end)
}

const PROGRAMS = {
  'the example of the thread': `import { kmalloc, kfree, GFP_KERNEL, virt_to_page, get_page, put_page } from 'linux'
import { page_address, pr_info } from 'linux'
const a = kmalloc(256, GFP_KERNEL)!
const page = virt_to_page(a)
get_page(page)
const b = page_address(page)!.add(Number(a.addr & 0xfffn))
kfree(a)
b.write_u8(0, 1)
put_page(page)
pr_info('done')`,
  'helpers, loops and callbacks': `import { kmalloc, kfree, alloc_page, __free_page, GFP_KERNEL, pr_info } from 'linux'
class Pool {
  #held: any[] = []
  take(n: number) { const p = kmalloc(n, GFP_KERNEL)!; this.#held.push(p); return p }
  clear() {
    this.#held.sort((x, y) => { x.read_u8(0); return Number(y.addr - x.addr) }).forEach((p) => kfree(p))
    this.#held = []
  }
}
const pool = new Pool()
for (const n of [8, 64, 8, 512]) pool.take(n).write_u32(0, n)
pool.clear()
const pages = [0, 1, 2].map(() => alloc_page(GFP_KERNEL)!)
pages.reverse().forEach(__free_page)
try { null!.x } catch (e) { pr_info(String(e)) }
const broken: any = 5
broken()`,
}

describe('traces of both forms', () => {
  for (const [name, text] of Object.entries(PROGRAMS)) {
    it(`are the same for ${name}`, () => {
      for (const era of ['v6.12', 'memdesc']) expect(trace(text, true, era)).toEqual(trace(text, false, era))
    })
  }
})
