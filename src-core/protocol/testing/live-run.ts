/** Runs a real program on the simulated machine in the test's own thread: no sandbox, no lockdown. */
import { compile } from '../../compiler/compile.ts'
import type { SourceFile } from '../../compiler/contract.ts'
import { Judge } from '../../ownership/judge.ts'
import { buildReport } from '../../report/build.ts'
import { DEFAULT_BUDGETS } from '../../runtime/run-options.ts'
import { Session } from '../../runtime/session.ts'
import { SURFACE_INDEX } from '../../surface/generated/index.ts'
import type { TraceChunk } from '../../trace/chunk.ts'
import type { CacheInfo, LogLine, MachineInfo, RunRecord, TaskInfo } from '../../trace/record.ts'
import { TraceStore } from '../../trace/store.ts'
import type { FinishedRun } from '../core-interface.ts'

/** Compiles, runs and judges a file, with the files that it imports from. Throws if it does not compile. */
export function liveRun(
  text: string,
  era = 'v6.12',
  machine: Readonly<Record<string, string>> = {},
  others: readonly SourceFile[] = [],
): FinishedRun {
  const program = compile('driver.ts', [{ path: 'driver.ts', text }, ...others], SURFACE_INDEX)
  const first = program.errors[0]
  if (first !== undefined) throw new Error(`${first.line}: ${first.message}`)
  const chunks: TraceChunk[] = []
  const tasks: TaskInfo[] = []
  const caches: CacheInfo[] = []
  const log: LogLine[] = []
  const strings: string[] = []
  const keep = (chunk: TraceChunk): void => {
    chunks[chunk.index] = chunk
  }
  let info: MachineInfo | null = null
  const sandbox = {
    evaluate: (source: string): unknown => new Function(`return (${source})`)() as unknown,
    protect: () => undefined,
  }
  const options = { era, machine, budgets: DEFAULT_BUDGETS, interleaved: program.interleaved }
  const session = new Session(program, options, sandbox, {
    started: (found) => {
      info = found
    },
    opened: keep,
    closed: keep,
    task: (task) => tasks.push(task),
    cache: (cache) => caches.push(cache),
    log: (line) => log.push(line),
    string: (line) => strings.push(line),
  })
  const { outcome, budget } = session.run()
  if (info === null) throw new Error('the session did not say what its machine is')
  const record: RunRecord = { era, machine: info, chunks, tasks, caches, log, strings, outcome, budget }
  const store = TraceStore.of(chunks)
  const judge = new Judge({
    sites: program.sites,
    files: program.files,
    machine: info,
    era,
    tasks: () => tasks,
    caches: () => caches,
    strings: () => strings,
  })
  for (const chunk of chunks) judge.feed(chunk)
  const findings = judge.finish(outcome)
  const report = buildReport({ record, program, entry: 'driver.ts', schedule: '', findings, compileMs: 0, runMs: 0 })
  return { record, store, program, ledger: judge.ledger, findings, report, compileMs: 0, runMs: 0, judgeMs: 0 }
}
