/** Programs that never end or take too much: the run ends, says which budget it was, and keeps the partial trace. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compile } from '../src-core/compiler/compile.ts'
import { DEFAULT_BUDGETS } from '../src-core/runtime/run-options.ts'
import { RunnerPool } from '../src-core/runtime/runner-pool.ts'
import { SURFACE_INDEX } from '../src-core/surface/generated/index.ts'
import { nodePoolHost } from './spawn-runner.ts'
import { threadsEnded } from './stuck-threads.ts'

const folder = mkdtempSync(join(tmpdir(), 'pageward-budgets-'))
const SECONDS = 3
const PROGRAMS = 'corpus/sandbox/budgets'
const names = readdirSync(join(import.meta.dirname, '..', PROGRAMS))
/** What this thread may hold when all is over, in bytes. */
const HELD_AFTER = 256 * 2 ** 20
const mib = (bytes: number): number => Math.round(bytes / 2 ** 20)
const CLEAN = "import { pr_info } from 'linux'\npr_info('after')\n"

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

  it.each(names)(
    'ends %s',
    async (name) => {
      const text = readFileSync(join(import.meta.dirname, '..', PROGRAMS, name), 'utf8')
      const limits = /^\/\/ ends: ([\w,]+)/.exec(text)?.[1]?.split(',') ?? []
      const program = compile(name, [{ path: name, text }], SURFACE_INDEX)
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
    const program = compile('a.ts', [{ path: 'a.ts', text: CLEAN }], SURFACE_INDEX)
    const record = await pool.run(program, { era: 'v6.12', machine: {}, budgets: DEFAULT_BUDGETS, interleaved: false })
    expect(record.outcome).toBe('completed')
    // What the bombs took is given back with their runners, all of which have ended.
    expect(await threadsEnded(10_000)).toBe(true)
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    // The traces and logs that this thread was sent go with a collection or two. What malloc keeps in the arenas of
    // threads that have ended is not counted: how much that is depends on which thread got which arena.
    const held = (): number => {
      const { heapTotal, external, arrayBuffers } = process.memoryUsage()
      return heapTotal + external + arrayBuffers
    }
    for (let i = 0; i < 20 && held() > HELD_AFTER; i++) {
      collect()
      await new Promise((resolve) => setTimeout(resolve, 250))
    }
    console.log(`budgets: ${mib(held())} MiB held after all bombs, ${mib(process.memoryUsage.rss())} MiB resident`)
    expect(held()).toBeLessThan(HELD_AFTER)
  }, 60_000)
})
