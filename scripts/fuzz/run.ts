/** Runs a random program on a machine of its own, through the same session that runs snippets. */
import { compile } from '../../src-core/compiler/compile.ts'
import type { CompiledProgram } from '../../src-core/compiler/contract.ts'
import { Judge } from '../../src-core/ownership/judge.ts'
import type { Finding } from '../../src-core/ownership/finding.ts'
import type { Registers } from '../../src-core/runtime/registers.ts'
import { Session } from '../../src-core/runtime/session.ts'
import { callUser, type Steps } from '../../src-core/sched/driven.ts'
import type { BuiltSurface } from '../../src-core/surface/build.ts'
import { SURFACE_INDEX } from '../../src-core/surface/generated/index.ts'
import type { TraceChunk } from '../../src-core/trace/chunk.ts'
import type { CacheInfo, MachineInfo, TaskInfo } from '../../src-core/trace/record.ts'
import type { Coverage } from './coverage.ts'
import { DRIVER_TEXT } from './driver-text.ts'
import { perform } from './program.ts'
import { Recorder } from './recorder.ts'
import { Watch } from './watch.ts'
import { SITES, World, type DriverModule } from './world.ts'

export interface Setting {
  readonly era: string
  readonly machine: Readonly<Record<string, string>>
  /** Whether the rules judge the run: a legal program has no findings. */
  readonly judged: boolean
}

export interface RandomRun {
  readonly operations: number
  /** What went wrong; null = nothing. */
  readonly failure: string | null
}

const NAME = 'random.ts'
const BUDGETS = { steps: 1e9, turns: 1e9, depth: 5_000, memory: 1e12, seconds: 1e9 }
const FULL_SCAN_EVERY = 1_000

let compiled: CompiledProgram | undefined

/** The driver, compiled, and a module of the program whose code is not compiled: it is `perform`. */
function programWith(): CompiledProgram {
  if (compiled === undefined) {
    const files = [
      { path: 'driver.ts', text: DRIVER_TEXT },
      { path: NAME, text: "import './driver.ts'\nimport { spawn, waitpid } from 'user'\nspawn('random', () => {})\n" },
    ]
    const made = compile(NAME, files, SURFACE_INDEX)
    const first = made.errors[0]
    if (first !== undefined) throw new Error(`${first.file}:${first.line}: ${first.message}`)
    const place = made.sites[1]!
    // Nobody uses what is read through a pointer; the result of a call is looked at.
    const ours = Array.from({ length: 2 * SITES }, (_, i) => ({ ...place, line: 100 + i, unused: i >= SITES }))
    // The driver's own calls come behind.
    compiled = { ...made, sites: [made.sites[0]!, ...ours] }
  }
  return compiled
}

/** Runs the numbers. The same numbers and setting always do the same. */
export function runRandom(
  numbers: readonly number[],
  setting: Setting,
  coverage: Coverage,
  recorder: Recorder | null = null,
): RandomRun {
  const program = programWith()
  const chunks: TraceChunk[] = []
  const tasks: TaskInfo[] = []
  const caches: CacheInfo[] = []
  const strings: string[] = []
  let info: MachineInfo | null = null
  let judge: Judge | null = null
  let world: World | null = null
  let watch: Watch | null = null
  let failure: string | null = null

  const body = function* ($R: Registers, $S: BuiltSurface, $M: readonly unknown[]): Steps {
    const { kernel, surface } = session.inside
    watch = new Watch(kernel, surface, FULL_SCAN_EVERY)
    for (const chunk of chunks) watch.opened(chunk)
    const driver = $M[0] as DriverModule
    const pageSize = 2 ** kernel.info.pageShift
    const w = new World($R, $S, driver, coverage, recorder, pageSize, () => watch!.step())
    world = w
    const code = w.task(function* () {
      try {
        yield* perform(w, numbers)
        watch!.full()
      } catch (error) {
        const report = kernel.reports.list.at(-1)
        failure ??= error instanceof Error ? `${error.name}: ${error.message}` : `the task ended: ${report?.text ?? ''}`
        throw error
      }
      return 0
    })
    const pid = $S.step['spawn']!(1, 'random', code)
    yield* $R.suspend($S.step['waitpid'] as never, 1, [pid])
    return {}
  }
  const sandbox = {
    evaluate: (text: string): unknown =>
      text === program.modules.at(-1)?.interleaved ? body : (new Function(`return (${text})`)() as unknown),
    protect: () => undefined,
  }
  const sink = {
    started: (started: MachineInfo) => {
      info = started
    },
    opened: (chunk: TraceChunk) => {
      if (watch === null) chunks[chunk.index] = chunk
      else watch.opened(chunk)
    },
    closed: (chunk: TraceChunk) => judge?.feed(chunk),
    task: (task: TaskInfo) => tasks.push(task),
    cache: (cache: CacheInfo) => caches.push(cache),
    log: () => undefined,
    string: (text: string) => strings.push(text),
  }
  const options = { era: setting.era, machine: setting.machine, budgets: BUDGETS, interleaved: true }
  const session: Session = new Session(program, options, sandbox, sink)
  if (setting.judged) {
    judge = new Judge({
      sites: program.sites,
      files: program.files,
      machine: info!,
      era: setting.era,
      tasks: () => tasks,
      caches: () => caches,
      strings: () => strings,
    })
  }
  const { outcome } = session.run()
  void callUser
  const ended = judge === null ? [] : (judge as Judge).finish(outcome)
  const operations = (world as World | null)?.operations ?? 0
  if (failure === null && outcome !== 'completed') failure = `the run ended with ${outcome}: ${strings.at(-1) ?? ''}`
  failure ??= complaint(ended)
  return { operations, failure }
}

/**
 * Findings that a random program may earn: it writes pages that a pipe holds, or maps them again, as the kernel lets
 * it.
 */
const EARNED: readonly string[] = ['gup-ref-outlives-owner']

/** What the rules say of a program that did nothing wrong. */
function complaint(findings: readonly Finding[]): string | null {
  const first = findings.find(({ code }) => !EARNED.includes(code))
  return first === undefined ? null : `${first.code}: ${first.message}`
}

/** The program as a snippet. */
export function snippetOf(numbers: readonly number[], setting: Setting, coverage: Coverage): string {
  const recorder = new Recorder()
  const { failure } = runRandom(numbers, setting, coverage, recorder)
  return `// ${failure ?? 'nothing went wrong'}\n${recorder.snippet(setting.era, setting.machine)}`
}
