/** Runs a program without a sandbox and judges it: what a mutant did, and what was said about it. */
import { compile } from '../../src-core/compiler/compile.ts'
import type { CompiledProgram, SourceFile } from '../../src-core/compiler/contract.ts'
import type { Finding } from '../../src-core/ownership/finding.ts'
import { Judge } from '../../src-core/ownership/judge.ts'
import type { Ledger } from '../../src-core/ownership/ledger.ts'
import { RestartInterleaved } from '../../src-core/runtime/fatal.ts'
import { DEFAULT_BUDGETS } from '../../src-core/runtime/run-options.ts'
import { Session } from '../../src-core/runtime/session.ts'
import { SURFACE_INDEX } from '../../src-core/surface/generated/index.ts'
import type { TraceChunk } from '../../src-core/trace/chunk.ts'
import type { CacheInfo, MachineInfo, Outcome, TaskInfo } from '../../src-core/trace/record.ts'

export interface Judged {
  readonly program: CompiledProgram
  readonly outcome: Outcome
  readonly chunks: readonly TraceChunk[]
  /** Errors and warnings. */
  readonly findings: readonly Finding[]
  readonly ledger: Ledger
}

/** A few thousand steps are plenty for a mutant; one that runs on is stopped. */
const BUDGETS = { ...DEFAULT_BUDGETS, steps: 100_000, turns: 2_000_000 }

/** Runs and judges; null if the program does not compile. */
export function runProgram(files: readonly SourceFile[], era: string): Judged | null {
  const program = compile(files[0]?.path ?? '', files, SURFACE_INDEX)
  if (program.errors.length > 0) return null
  try {
    return execute(program, era, false)
  } catch (error) {
    if (error instanceof RestartInterleaved) return execute(program, era, true)
    throw error
  }
}

function execute(program: CompiledProgram, era: string, interleaved: boolean): Judged {
  const chunks: TraceChunk[] = []
  const tasks: TaskInfo[] = []
  const caches: CacheInfo[] = []
  const strings: string[] = []
  const keep = (chunk: TraceChunk): void => {
    chunks[chunk.index] = chunk
  }
  let info: MachineInfo | null = null
  const sandbox = {
    evaluate: (source: string): unknown => new Function(`return (${source})`)() as unknown,
    protect: () => undefined,
  }
  const options = { era, machine: program.pragmas.machine, budgets: BUDGETS, interleaved }
  const session = new Session(program, options, sandbox, {
    started: (started) => {
      info = started
    },
    opened: keep,
    closed: keep,
    task: (task) => tasks.push(task),
    cache: (cache) => caches.push(cache),
    log: () => undefined,
    string: (line) => strings.push(line),
  })
  const { outcome } = session.run()
  if (info === null) throw new Error('the session did not say what its machine is')
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
  const findings = judge.finish(outcome).filter(({ severity }) => severity !== 'note')
  return { program, outcome, chunks, findings, ledger: judge.ledger }
}
