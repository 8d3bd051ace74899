/** Programs that never end or take too much: the run ends, says which budget it was, and keeps the partial trace. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compile } from '../src-core/compiler/compile.ts'
import { DEFAULT_BUDGETS } from '../src-core/runtime/run-options.ts'
import { RunnerPool } from '../src-core/runtime/runner-pool.ts'
import { SURFACE_INDEX } from '../src-core/surface/generated/index.ts'
import { nodePoolHost } from './spawn-runner.ts'

const folder = mkdtempSync(join(tmpdir(), 'pageward-budgets-'))
const SECONDS = 3
const LOG = "import { pr_info } from 'linux'\npr_info('before')\n"

/** Name, program, budgets of which one ends it. */
const PROGRAMS: readonly (readonly [string, string, readonly string[]])[] = [
  ['a loop without calls', `${LOG}let x = 0\nfor (;;) x++\n`, ['turns', 'seconds']],
  ['a loop in a callback', `${LOG};[3, 2, 1].sort(() => { for (;;) { } })\n`, ['turns', 'seconds']],
  ['a recursion', `${LOG}function go(n: number): number { return go(n + 1) + 1 }\ngo(0)\n`, ['depth']],
  ['a regular expression', `${LOG}pr_info(String(/^(a+)+$/.test('a'.repeat(60) + 'b')))\n`, ['seconds']],
  [
    'a memory bomb',
    `${LOG}const all: number[][] = []\nfor (;;) all.push(new Array(1000000).fill(1))\n`,
    ['seconds', 'memory'],
  ],
  ['a flood of output', `${LOG}for (;;) pr_info('x'.repeat(1000))\n`, ['seconds', 'steps', 'memory']],
  [
    'tasks that make tasks',
    `${LOG}import { kthread_run } from 'linux'
function more(): number { kthread_run(more, 'm'); kthread_run(more, 'm'); return 0 }
kthread_run(more, 'm')
`,
    ['seconds', 'steps', 'memory'],
  ],
]

describe('budgets on worker threads', () => {
  let pool: RunnerPool
  beforeAll(async () => {
    await build({
      configFile: false,
      logLevel: 'error',
      root: join(import.meta.dirname, '..'),
      publicDir: false,
      ssr: { noExternal: true },
      build: {
        ssr: join(import.meta.dirname, 'runner-worker.ts'),
        outDir: folder,
        minify: false,
        rolldownOptions: { output: { entryFileNames: 'runner-worker.mjs' } },
      },
    })
    pool = new RunnerPool(nodePoolHost(join(folder, 'runner-worker.mjs'), false))
  }, 120_000)
  afterAll(() => {
    pool.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it.each(PROGRAMS)(
    'ends %s',
    async (_name, text, limits) => {
      const program = compile('a.ts', [{ path: 'a.ts', text }], SURFACE_INDEX)
      expect(program.errors).toEqual([])
      const budgets = { ...DEFAULT_BUDGETS, seconds: SECONDS }
      const record = await pool.run(program, { era: 'v6.12', machine: {}, budgets, interleaved: false })
      expect(record.outcome).toBe('budget')
      expect(limits).toContain(record.budget?.limit)
      expect(record.log[0]?.text).toBe('before')
      expect(record.chunks.length).toBeGreaterThan(0)
    },
    60_000,
  )

  it('runs the next program as if nothing had been', async () => {
    const program = compile('a.ts', [{ path: 'a.ts', text: LOG }], SURFACE_INDEX)
    const record = await pool.run(program, { era: 'v6.12', machine: {}, budgets: DEFAULT_BUDGETS, interleaved: false })
    expect(record.outcome).toBe('completed')
    // What the bombs took is given back with their runners.
    expect(process.memoryUsage().rss).toBeLessThan(2 ** 31)
  }, 60_000)
})
