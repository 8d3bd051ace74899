/** Runs a program of corpus/ground-truth on the simulated machine, without a sandbox, and judges it. */
import { compile } from '../../src-core/compiler/compile.ts'
import type { SourceFile } from '../../src-core/compiler/contract.ts'
import { Judge } from '../../src-core/ownership/judge.ts'
import { buildReport } from '../../src-core/report/build.ts'
import type { Diagnosis, Report } from '../../src-core/report/report.ts'
import { DEFAULT_BUDGETS } from '../../src-core/runtime/run-options.ts'
import { Session } from '../../src-core/runtime/session.ts'
import { SURFACE_INDEX } from '../../src-core/surface/generated/index.ts'
import type { TraceChunk } from '../../src-core/trace/chunk.ts'
import type { CacheInfo, LogLine, MachineInfo, TaskInfo } from '../../src-core/trace/record.ts'
import { isLeakLine } from './compare.ts'

const ERA = 'v6.12'

/** A run: its report, and the lines that the kernel wrote into its log by itself. */
export interface Simulated {
  readonly report: Report
  readonly console: readonly string[]
}

/** A run in the measured era. Throws if the program does not compile. */
export function simulate(files: readonly SourceFile[], machine: Readonly<Record<string, string>>): Simulated {
  const entry = files[0]?.path ?? ''
  const program = compile(entry, files, SURFACE_INDEX)
  const first = program.errors[0]
  if (first !== undefined) throw new Error(`${first.file}:${first.line}: ${first.message}`)
  const chunks: TraceChunk[] = []
  const tasks: TaskInfo[] = []
  const caches: CacheInfo[] = []
  const log: LogLine[] = []
  const console: string[] = []
  const strings: string[] = []
  const keep = (chunk: TraceChunk): void => {
    chunks[chunk.index] = chunk
  }
  let info: MachineInfo | null = null
  const sandbox = {
    evaluate: (source: string): unknown => new Function(`return (${source})`)() as unknown,
    protect: () => undefined,
  }
  const session = new Session(program, { era: ERA, machine, budgets: DEFAULT_BUDGETS, interleaved: false }, sandbox, {
    started: (started) => {
      info = started
    },
    opened: keep,
    closed: keep,
    task: (task) => tasks.push(task),
    cache: (cache) => caches.push(cache),
    // The cases print with pr_info(); what the kernel prints about them is an error and compared apart.
    log: (line) => void (line.level === 'info' ? log.push(line) : console.push(line.text)),
    string: (line) => strings.push(line),
  })
  const { outcome, budget } = session.run()
  if (info === null) throw new Error('the session did not say what its machine is')
  const judge = new Judge({
    sites: program.sites,
    files: program.files,
    machine: info,
    era: ERA,
    tasks: () => tasks,
    caches: () => caches,
    strings: () => strings,
  })
  for (const chunk of chunks) judge.feed(chunk)
  const findings = judge.finish(outcome)
  const record = { era: ERA, machine: info, chunks, tasks, caches, log, strings, outcome, budget }
  return { report: buildReport({ record, program, entry, schedule: '', findings, compileMs: 0, runMs: 0 }), console }
}

/** The lines of a report that name what was found, as the measurement lists them: a dump has many others. */
export function named(kernel: string): string[] {
  const lines = kernel.split('\n')
  return lines.length === 1
    ? lines
    : lines.filter((line) =>
        /^(\[[^\]]+ overwritten\]|BUG|DMA-API|WARNING|pagealloc|page dumped because: pagealloc)/.test(line),
      )
}

/**
 * What the simulated kernel prints about the mistakes of a run, in the order of their steps; leaks when it scans. Then
 * the BUG lines of its log that are about no mistake of these.
 */
export function kernelLines({ report, console }: Simulated): string[] {
  const all = (list: readonly Diagnosis[]): Diagnosis[] => list.flatMap((one) => [one, ...all(one.consequences)])
  const diagnoses = all(report.diagnoses)
  const lines = diagnoses
    .sort((a, b) => a.step - b.step)
    .flatMap((diagnosis) => named(diagnosis.kernel))
    .filter((line) => line !== '')
    .sort((a, b) => Number(isLeakLine(a)) - Number(isLeakLine(b)))
  const others = console.filter(
    (line) => line.startsWith('BUG') && !diagnoses.some(({ kernel }) => kernel.includes(line)),
  )
  return [...lines, ...others]
}
