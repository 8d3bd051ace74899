/**
 * The hot loops as the product runs them: compiled by the compiler, run in a sandboxed worker-thread runner with the
 * trace on, judged by ledger and rules in the supervisor. Also the cost of a machine.
 */
import { Supervisor, type JudgedRun } from '../src-core/protocol/supervisor.ts'
import { findEra } from '../src-core/eras/index.ts'
import { parseMachine } from '../src-core/machine/config.ts'
import { bootKernel } from '../src-core/mm/kernel.ts'
import { DEFAULT_BUDGETS } from '../src-core/runtime/run-options.ts'
import { RunnerPool } from '../src-core/runtime/runner-pool.ts'
import { nodePoolHost } from '../src-node/spawn-runner.ts'
import { TraceWriter } from '../src-core/trace/writer.ts'
import { chunkBytes } from '../src-core/trace/chunk.ts'

const ERA = 'v6.12'
const ENTRY = 'loop.ts'

const LOOPS = {
  pages: `import { alloc_page, __free_page, GFP_KERNEL } from 'linux'
for (let i = 0; i < PAIRS; i++) {
  const page = alloc_page(GFP_KERNEL)!
  __free_page(page)
}
`,
  slab: `import { kmalloc, kfree, GFP_KERNEL } from 'linux'
for (let i = 0; i < PAIRS; i++) {
  const object = kmalloc(256, GFP_KERNEL)!
  kfree(object)
}
`,
} as const

export type Loop = keyof typeof LOOPS
/**
 * How a loop is run: with ledger and rules; the trace alone; in the interleaved form, with rules. The memory of a trace
 * is handed back when it was looked at, as the app's server does, so that the next run writes where the last one did.
 * `fresh`: with rules, in memory that was never touched.
 */
export type Way = 'rules' | 'trace' | 'interleaved' | 'fresh'

export interface Sample {
  /** Nanoseconds an operation, from the start of the run to the complete judgement. */
  readonly wallNs: number
  /** Nanoseconds of processor time an operation, of all threads. */
  readonly cpuNs: number
  /** Bytes of trace an operation, all columns. */
  readonly traceBytes: number
}

/** Runs loops on the runner entry at `script`; close it at the end. */
export class HotLoops {
  private readonly supervisor: Supervisor
  private readonly pool: RunnerPool

  constructor(
    script: string,
    private readonly pairs: number,
  ) {
    const host = { ...nodePoolHost(script, false), now: () => performance.now() }
    this.supervisor = new Supervisor(host)
    this.pool = new RunnerPool(host)
  }

  async sample(loop: Loop, way: Way): Promise<Sample> {
    const text = LOOPS[loop].replace('PAIRS', String(this.pairs))
    const compiled = this.supervisor.compile(ENTRY, [{ path: ENTRY, text }], ERA)
    if (compiled.errors.length > 0) throw new Error(JSON.stringify(compiled.errors))
    const program = way === 'interleaved' ? { ...compiled, interleaved: true } : compiled
    const budgets = { ...DEFAULT_BUDGETS, steps: 1e9, memory: 2 ** 34, seconds: 120 }
    if (way === 'fresh') this.supervisor.dropSpares()
    const cpu = process.cpuUsage()
    const started = performance.now()
    const judged: Pick<JudgedRun, 'record' | 'findings'> & Partial<Pick<JudgedRun, 'ledger'>> =
      way === 'trace'
        ? { record: await this.pool.run(program, { era: ERA, machine: {}, budgets, interleaved: false }), findings: [] }
        : await this.supervisor.judge(program, ERA, {}, budgets)
    const wall = performance.now() - started
    const spent = process.cpuUsage(cpu)
    const { record, findings } = judged
    const operations = record.chunks.reduce((sum, chunk) => sum + chunk.opCount, 0)
    if (record.outcome !== 'completed' || findings.length > 0 || operations < 2 * this.pairs) {
      throw new Error(`${loop} did not run as it should: ${record.outcome}, ${findings.length} findings`)
    }
    const traceBytes = record.chunks.reduce((sum, chunk) => sum + chunkBytes(chunk), 0) / operations
    if (way === 'trace') this.pool.recycle(record)
    else this.supervisor.recycle(judged)
    return {
      wallNs: (wall * 1e6) / operations,
      cpuNs: ((spent.user + spent.system) * 1e3) / operations,
      traceBytes,
    }
  }

  close(): void {
    this.supervisor.close()
    this.pool.close()
  }
}

/** Boots a machine; milliseconds, and bytes that the process grew by (resident memory, and typed arrays reserved). */
export function bootMachine(memory: string): { ms: number; residentBytes: number; reservedBytes: number } {
  const era = findEra(ERA)
  const machine = parseMachine({ memory })
  if (era === undefined || !machine.ok) throw new Error(`no machine of ${memory}`)
  const before = process.memoryUsage()
  const started = performance.now()
  const trace = new TraceWriter({ opened: () => undefined, closed: () => undefined })
  const kernel = bootKernel(machine.config, era, trace)
  const ms = performance.now() - started
  const after = process.memoryUsage()
  if (kernel.frames.count === 0) throw new Error('a machine without frames')
  return { ms, residentBytes: after.rss - before.rss, reservedBytes: after.arrayBuffers - before.arrayBuffers }
}
