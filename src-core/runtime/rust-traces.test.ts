/** Programs of the Rust surface leave byte-identical traces in both forms: moves, drops, borrows, dead names. */
import { describe, expect, it } from 'vitest'
import { compile } from '../compiler/compile.ts'
import { SURFACE_INDEX } from '../surface/generated/index.ts'
import type { TraceChunk } from '../trace/chunk.ts'
import { OP_NAMES } from '../trace/ops.ts'
import { DEFAULT_BUDGETS } from './run-options.ts'
import { Session, type Sandbox } from './session.ts'

const sandbox: Sandbox = {
  evaluate: (text) => new Function(`return (${text})`)() as unknown,
  protect: () => undefined,
}

interface Left {
  readonly rows: readonly string[]
  readonly log: readonly string[]
  readonly outcome: string
}

/** What one form of a program leaves behind. */
function run(text: string, interleaved: boolean, era: string): Left {
  const program = compile('x.ts', [{ path: 'x.ts', text }], SURFACE_INDEX)
  expect(program.errors).toEqual([])
  const chunks: TraceChunk[] = []
  const log: string[] = []
  const options = { era, machine: {}, budgets: DEFAULT_BUDGETS, interleaved }
  const session = new Session({ ...program, interleaved: false }, options, sandbox, {
    started: () => undefined,
    opened: (chunk) => (chunks[chunk.index] = chunk),
    closed: () => undefined,
    task: () => undefined,
    cache: () => undefined,
    log: (line) => log.push(line.text),
    string: () => undefined,
  })
  const { outcome } = session.run()
  const rows = chunks.flatMap(({ ops, deltas, opCount }) =>
    Array.from({ length: opCount }, (_, i) => {
      const from = i === 0 ? 0 : ops.deltaEnd[i - 1]!
      const changed = Array.from({ length: ops.deltaEnd[i]! - from }, (_, d) =>
        [deltas.field, deltas.index, deltas.old, deltas.new].map((column) => column[from + d]).join(':'),
      )
      const numbers = [ops.task, ops.site, ops.allocation, ops.subject, ops.a, ops.b, ops.flags].map((c) => c[i])
      return `${OP_NAMES[ops.kind[i]!]} ${numbers.join(' ')} ${changed.join(' ')}`
    }),
  )
  return { rows, log, outcome }
}

const PROGRAMS: Readonly<Record<string, string>> = {
  'pages and boxes': `import { Page, KBox, VBox, GFP_KERNEL, drop } from 'kernel'
import { pr_info } from 'linux'
function fill(page: Page): void { page.with_page_mapped((p) => p.write_u32(0, 7)) }
{
  using page = Page.alloc_page(GFP_KERNEL)
  page.write_raw([1, 2, 3], 0, 3)
  using box = KBox.new(1, GFP_KERNEL)
  box.value += page.with_pointer_into_page(1, 2, (p) => p.read_u8(0))
  pr_info(\`\${box.value}\`)
  using area = VBox.new_uninit(8192, GFP_KERNEL)
  for (const p of area.page_iter()) p.fill_zero_raw(0, 8)
}
const late = Page.alloc_page(GFP_KERNEL)
fill(late)`,
  'vectors that grow and are moved': `import { KVec, VVec, Page, GFP_KERNEL, drop, type Ref } from 'kernel'
import { pr_info } from 'linux'
const put = (v: Ref<KVec<number>>, n: number): void => { for (let i = 0; i < n; i++) v.push(i, GFP_KERNEL) }
function keep(v: KVec<number>): void { using mine = v; pr_info(\`\${mine.len()}\`) }
const v = KVec.new()
put(v, 20)
keep(v)
using pages = KVec.new<Page>()
for (let i = 0; i < 3; i++) { const page = Page.alloc_page(GFP_KERNEL); pages.push(page, GFP_KERNEL) }
pages.truncate(1)
using big = VVec.with_capacity(4096, GFP_KERNEL)
big.extend_with(5000, 1, GFP_KERNEL)`,
  'tables and firmware': `import { SGTable, VVec, DataDirection, GFP_KERNEL, CoherentBox } from 'kernel'
import { device } from 'sim'
import { pr_info } from 'linux'
const dev = device('gpu')
{
  const image = VVec.with_capacity(12288, GFP_KERNEL)
  image.extend_with(16, 9, GFP_KERNEL)
  using table = SGTable.new(dev, image, DataDirection.ToDevice, GFP_KERNEL)
  for (const entry of table.iter()) pr_info(\`\${entry.dma_len()}\`)
  const ring = CoherentBox.zeroed_slice(dev, 4, GFP_KERNEL)
  ring.field_write(1, 5n)
  using shared = ring.into()
  pr_info(\`\${shared.field_read(1)}\`)
}`,
  'owners, references and what C keeps': `import { Owned, ARef, ForeignOwnable, rcu, drop, type Ownable } from 'kernel'
import { pr_info, alloc_page, __free_page, GFP_KERNEL } from 'linux'
class Fw implements Ownable {
  page = alloc_page(GFP_KERNEL)!
  static release(self: Fw) { __free_page(self.page) }
}
class Obj {
  count = 1
  static inc_ref(o: Obj) { pr_info(\`inc \${++o.count}\`) }
  static dec_ref(o: Obj) { pr_info(\`dec \${--o.count}\`) }
}
const pointer = ForeignOwnable.into_foreign(Owned.from_raw(new Fw()))
{
  using guard = rcu.read_lock()
  using a = ARef.from(new Obj())
  using b = ARef.clone(a)
  pr_info(\`\${b.count}\`)
}
drop(ForeignOwnable.from_foreign(pointer))`,
  'names that are swapped and lent': `import { VVec, Page, GFP_KERNEL, drop } from 'kernel'
import { BUG_ON } from 'linux'
let a = VVec.with_capacity(1, GFP_KERNEL)
let b = VVec.with_capacity(2, GFP_KERNEL)
;[a, b] = [b, a]
BUG_ON(a.capacity() !== 2 || b.capacity() !== 1)
;({ x: a, y: [b] } = { x: b, y: [a] })
BUG_ON(a.capacity() !== 1 || b.capacity() !== 2)
const page = Page.alloc_page(GFP_KERNEL)
const current = () => page
current().fill_zero_raw(0, 1)
current().fill_zero_raw(1, 1)
drop(a)
drop(b)
drop(page)`,
  'a name that is dead': `import { VVec, drop, GFP_KERNEL } from 'kernel'
import { pr_info } from 'linux'
const v = VVec.with_capacity(64, GFP_KERNEL)
const w = v
pr_info(\`\${w.len()}\`)
const look = () => v.len()
drop(w)
pr_info(\`\${look()}\`)`,
}

describe('the Rust surface in both forms', () => {
  for (const [name, text] of Object.entries(PROGRAMS)) {
    it(`leaves the same trace for ${name}`, () => {
      for (const era of ['v6.12', 'next', 'memdesc']) {
        const straight = run(text, false, era)
        expect(straight.rows.length).toBeGreaterThan(2)
        expect(run(text, true, era)).toEqual(straight)
      }
    })
  }
  it('ends the task where a dead name is used', () => {
    const { rows, log, outcome } = run(PROGRAMS['a name that is dead']!, false, 'next')
    expect([outcome, log, rows.at(-1)?.split(' ')[0]]).toEqual(['oops', ['0'], 'use_after_move'])
  })
})
