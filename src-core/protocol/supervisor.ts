/**
 * The supervisor: the half of the core that is never locked down. It compiles, has programs run by the runner pool,
 * judges what the trace says while it comes in, and asks the other eras for their verdict. It answers the protocol
 * as `Core`, and the command line uses it directly.
 */
import { Compiler } from '../compiler/compile.ts'
import type { CompiledProgram, SourceFile } from '../compiler/contract.ts'
import { ownershipSteps } from '../compiler/static/check.ts'
import type { StaticFinding } from '../compiler/static/finding.ts'
import { DEFAULT_ERA, ERAS, findEra } from '../eras/index.ts'
import type { Finding } from '../ownership/finding.ts'
import type { SpareRows } from '../ownership/allocation-table.ts'
import type { Ledger } from '../ownership/ledger.ts'
import { parseLesson } from '../lessons/parse.ts'
import { buildReport, compileErrorReport } from '../report/build.ts'
import { explain } from '../report/catalogue.ts'
import type { Report } from '../report/report.ts'
import { memoryCodes, NOT_IN_THIS_ERA, type EraVerdicts, type MemoryCodes } from '../report/verdicts.ts'
import type { Budgets, RunOptions } from '../runtime/run-options.ts'
import { RunnerPool, type PoolHost } from '../runtime/runner-pool.ts'
import { earliestEra, lackedBy } from '../eras/rust-api.ts'
import { surfaceIndexOf } from '../surface/era-index.ts'
import { SURFACE_INDEX } from '../surface/generated/index.ts'
import type { RunRecord } from '../trace/record.ts'
import { TraceStore } from '../trace/store.ts'
import type { ExplorerHandle } from '../explore/explore-pool.ts'
import { APP_BUDGETS } from './app-budgets.ts'
import { ExploreDesk } from './explore-desk.ts'
import type { Core, FinishedRun } from './core-interface.ts'
import { inTurns } from './in-turns.ts'
import { LiveJudge } from './live-judge.ts'
import { LessonDesk } from './lesson-desk.ts'
import { pragmaErrors } from './pragma-errors.ts'
import { unrunnable } from './unrunnable.ts'
import { WarmUp } from './warm-up.ts'
import type {
  Calls,
  EraInfo,
  Explanation,
  ExploreAnswer,
  ExploreRequest,
  Swapped,
  SwapRequest,
  LessonAnswer,
  Notice,
  RunRequest,
} from './messages.ts'

/** Milliseconds since some start: for figures only, never for decisions. */
export type Stopwatch = () => number

export interface SupervisorHost extends PoolHost {
  /** Starts an exploring worker; left out where nobody explores through the protocol. */
  readonly spawnExplorer?: () => ExplorerHandle
  /** False: no runner is started before one is needed. */
  readonly warms?: boolean
  readonly now: Stopwatch
}

/** What a run is asked for, beside the files. */
export interface Assignment {
  readonly entry: string
  readonly files: readonly SourceFile[]
  /** Era id; null = the program's own first era. */
  readonly era: string | null
  readonly machine: Readonly<Record<string, string>>
  readonly budgets: Budgets
}

/** Milliseconds after a run before the other eras are asked: the views come first, and so does who types on. */
const VERDICTS_AFTER = 400

/** Milliseconds after a run before a check of the text that it stopped goes on. */
const CHECK_AFTER = 200

/** Steps of the longest run that is run again for the sake of the next one: it does not hold up the judge either. */
const MOST_STEPS_AGAIN = 20_000

/** A run with what it was judged to be. */
export interface JudgedRun {
  readonly program: CompiledProgram
  readonly record: RunRecord
  readonly findings: readonly Finding[]
  readonly ledger: Ledger
  readonly compileMs: number
  readonly runMs: number
  /** Milliseconds from the end of the run to the complete judgement; most of it is made while the program runs. */
  readonly judgeMs: number
}

export class Supervisor implements Core {
  readonly eras: readonly EraInfo[] = ERAS.map(({ id, title, basis, summary }) => ({ id, title, basis, summary }))
  private readonly compiler = new Compiler()
  private readonly pool: RunnerPool
  /** The run that has the runner; the next one waits for it. */
  private busy: Promise<unknown> = Promise.resolve()
  /** The same of the spare, on which the other eras run. */
  private busyAside: Promise<unknown> = Promise.resolve()
  private generation = 0
  private desk: ExploreDesk | null = null
  private readonly warmUp = new WarmUp()
  /** Rows of a ledger that nobody reads any more. */
  private spareRows: SpareRows | null = null
  /** Schedule token for all runs; null = what each program's `@schedule` says. */
  schedule: string | null = null

  constructor(private readonly host: SupervisorHost) {
    this.pool = new RunnerPool(host)
    this.pool.onSparesDropped = () => (this.spareRows = null)
    if (host.warms !== false) this.pool.warm()
  }

  /** Tells of killed runners. */
  set onReplaced(handler: (reason: string) => void) {
    this.pool.onReplaced = handler
  }

  close(): void {
    this.warmUp.stop()
    this.desk?.close()
    this.pool.close()
  }

  cancel(): void {
    this.generation++
    this.warmUp.stop()
    this.pool.cancel()
    this.pool.leaveAside()
  }

  supersede(): void {
    this.generation++
    this.warmUp.stop()
    this.pool.leave()
    this.pool.leaveAside()
  }

  explain(code: string): Explanation | null {
    return explain(code)
  }

  async checkLesson(ask: Calls['lessonCheck']['ask']): Promise<LessonAnswer> {
    this.warmUp.stop()
    const { lesson, problems } = parseLesson(ask.id, ask.files['lesson.md'] ?? '')
    if (lesson === null)
      throw new Error(problems.map(({ file, line, message }) => `${file}:${line}: ${message}`).join('; '))
    const race = ask.race ? (lesson.steps.find((step) => step.kind === 'race') ?? null) : null
    const { goals, answers, errors, broken, exploration } = await new LessonDesk(this).check(
      lesson,
      ask.files,
      ask.program,
      ask.text,
      race,
    )
    return { goals, answers, errors, broken, exploration }
  }

  async check(
    { entry, files, era, machine }: RunRequest,
    isWanted: () => boolean,
  ): Promise<readonly StaticFinding[] | null> {
    const { program, era: chosen } = this.compileFor(entry, files, era)
    if (program.errors.length > 0) return []
    const steps = ownershipSteps(entry, files, SURFACE_INDEX, { era: chosen, machine })
    return inTurns(steps, {
      turn: () => this.turn(),
      newest: () => this.generation,
      // The run goes first, and then the views that ask for it.
      over: () => this.busy.then(() => new Promise((go) => this.host.after(CHECK_AFTER, go))),
      isWanted,
    })
  }

  /** Compiles a program for an era, and checks what its pragmas ask of eras and machine. */
  compile(entry: string, files: readonly SourceFile[], era: string): CompiledProgram {
    return this.finish(this.compiler.compile(entry, files, SURFACE_INDEX), entry, files, era)
  }

  /** Compiles a program for the era asked for; for its own first era if none is. */
  private compileFor(
    entry: string,
    files: readonly SourceFile[],
    asked: string | null,
  ): { readonly program: CompiledProgram; readonly era: string } {
    const whole = this.compiler.compile(entry, files, SURFACE_INDEX)
    const era = asked ?? this.defaultEra(whole)
    return { program: this.finish(whole, entry, files, era), era }
  }

  /** What was compiled against the whole surface, for an era that may lack some of its names. */
  private finish(whole: CompiledProgram, entry: string, files: readonly SourceFile[], era: string): CompiledProgram {
    const lacks = lackedBy(era, whole.rustNames ?? []).length > 0
    let program = lacks ? this.compiler.compile(entry, files, surfaceIndexOf(era)) : whole
    const { schedule } = this
    if (schedule !== null) program = { ...program, pragmas: { ...program.pragmas, schedule } }
    const errors = pragmaErrors(program, entry, files)
    return errors.length === 0 ? program : { ...program, errors: [...program.errors, ...errors] }
  }

  /** The era a program runs in if nobody says otherwise: its pragma's first, else the measured one. */
  defaultEra(program: CompiledProgram): string {
    const first = program.pragmas.eras?.[0]
    return first === undefined || first === 'all' ? earliestEra(program.rustNames ?? []) : first
  }

  /** Eras that a program names for itself; all of them for `all`. */
  ownEras(program: CompiledProgram): readonly string[] {
    const { eras } = program.pragmas
    if (eras === null) return [earliestEra(program.rustNames ?? [])]
    return eras.includes('all') ? ERAS.map((era) => era.id) : eras
  }

  /** Runs and judges a compiled program in one era; `aside`: on the spare runner, where nobody waits for it. */
  async judge(
    program: CompiledProgram,
    era: string,
    machine: Readonly<Record<string, string>>,
    budgets: Budgets,
    compileMs = 0,
    aside = false,
  ): Promise<JudgedRun> {
    const options: RunOptions = {
      era,
      machine: { ...program.pragmas.machine, ...machine },
      budgets,
      interleaved: (program.pragmas.schedule ?? '') !== '',
      schedule: program.pragmas.schedule ?? '',
    }
    const started = this.host.now()
    let live!: LiveJudge
    const run = (): Promise<RunRecord> => {
      live = new LiveJudge(program, era, (call) => this.host.soon(call), aside ? null : this.spareRows)
      if (aside) return this.pool.runAside(program, options, live)
      this.spareRows = null
      return this.pool.run(program, options, live)
    }
    const record = await (aside ? this.exclusivelyAside(run) : this.exclusively(run))
    const ran = this.host.now()
    const { findings, ledger } = live.finish(record)
    const judged = this.host.now()
    return { program, record, findings, ledger, compileMs, runMs: ran - started, judgeMs: judged - ran }
  }

  /** Takes the memory of a run for later ones: nobody may ask about it, its trace or its ledger again. */
  recycle({ record, ledger }: Pick<JudgedRun, 'record'> & Partial<Pick<JudgedRun, 'ledger'>>): void {
    // A run that filled no chunk leaves nothing worth keeping.
    const isLong = record.chunks.length > 2
    this.pool.recycle(record)
    if (ledger !== undefined && isLong) this.spareRows = ledger.allocations.giveRows()
  }

  /** Gives back the memory that is kept for later runs. */
  dropSpares(): void {
    this.pool.dropSpares()
  }

  /** Runs the check of a lesson on facts about finished runs (lessons/facts.ts). Nothing is judged. */
  runCheck(check: CompiledProgram, facts: string, budgets: Budgets): Promise<RunRecord> {
    return this.exclusively(() =>
      this.pool.run(check, { era: DEFAULT_ERA, machine: {}, budgets, interleaved: false, facts }),
    )
  }

  private exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.busy.then(work, work)
    this.busy = result.catch(() => undefined)
    return result
  }

  private exclusivelyAside<T>(work: () => Promise<T>): Promise<T> {
    const result = this.busyAside.then(work, work)
    this.busyAside = result.catch(() => undefined)
    return result
  }

  /** Lets what waits for this thread have its turn. */
  private turn(): Promise<void> {
    return new Promise((go) => this.host.soon(go))
  }

  /** The report of a judged run. */
  report(judged: JudgedRun, entry: string, verdicts?: EraVerdicts): Report {
    const { program, record, findings, compileMs, runMs } = judged
    const input = { record, program, entry, schedule: program.pragmas.schedule ?? '', findings, compileMs, runMs }
    return buildReport(verdicts === undefined ? input : { ...input, verdicts })
  }

  /** The report of a program that does not compile. */
  compileErrors(program: CompiledProgram, entry: string, era: string): Report {
    return compileErrorReport(program, entry, era, findEra(era)?.basis ?? 'source')
  }

  /**
   * What the eras other than `era` say about the same program. An era that did not finish is null. With `aside` nobody
   * waits for it, and whoever wants the thread has it between two eras.
   */
  async otherEras(
    entry: string,
    files: readonly SourceFile[],
    era: string,
    assignment: Pick<Assignment, 'machine' | 'budgets'> & { readonly schedule?: string | null | undefined },
    keepGoing: () => boolean = () => true,
    before: (era: string, done: number, of: number) => void = () => undefined,
    aside = false,
  ): Promise<{ verdicts: Map<string, MemoryCodes | null>; judged: Map<string, JudgedRun> }> {
    const verdicts = new Map<string, MemoryCodes | null>()
    const judgedRuns = new Map<string, JudgedRun>()
    const others = ERAS.filter(({ id }) => id !== era)
    for (const [at, other] of others.entries()) {
      if (aside) await this.turn()
      if (!keepGoing()) break
      before(other.id, at, others.length)
      const program = withSchedule(this.compile(entry, files, other.id), assignment.schedule)
      if (program.errors.length > 0) {
        const absent = program.errors.every(({ code }) => code === 'not-in-this-era')
        verdicts.set(other.id, absent ? NOT_IN_THIS_ERA : null)
        continue
      }
      const judged = await this.judge(program, other.id, assignment.machine, assignment.budgets, 0, aside)
      judgedRuns.set(other.id, judged)
      const finished = judged.record.outcome !== 'budget'
      verdicts.set(other.id, finished ? memoryCodes(judged.record, program, judged.findings) : null)
    }
    return { verdicts, judged: judgedRuns }
  }

  // ---- Core

  async explore(request: ExploreRequest, notify: (notice: Notice) => void): Promise<ExploreAnswer> {
    this.warmUp.stop()
    const { program, era } = this.compileFor(request.entry, request.files, request.era)
    return this.exploreDesk().explore(request, program, era, notify)
  }

  async swapSteps(request: SwapRequest): Promise<Swapped> {
    this.warmUp.stop()
    const { program, era } = this.compileFor(request.entry, request.files, request.era)
    if (program.errors.length > 0) throw new Error('the text does not compile')
    return this.exploreDesk().swap(request, program, era)
  }

  private exploreDesk(): ExploreDesk {
    const { host } = this
    const { spawnExplorer } = host
    if (spawnExplorer === undefined) throw new Error('this host cannot explore')
    this.desk ??= new ExploreDesk({
      spawnExplorer: () => spawnExplorer(),
      after: (milliseconds, call) => host.after(milliseconds, call),
      now: () => host.now(),
    })
    return this.desk
  }

  pauseExplore(paused: boolean): void {
    this.desk?.pause(paused)
  }

  stopExplore(): void {
    this.desk?.stop()
  }

  async runProgram(request: RunRequest, run: number, notify: (notice: Notice) => void): Promise<FinishedRun> {
    const generation = ++this.generation
    this.warmUp.stop()
    this.pool.leaveAside()
    const { entry, files } = request
    notify({ notice: 'state', state: 'compiling', steps: 0 })
    const started = this.host.now()
    const compiled = this.compileFor(entry, files, request.era)
    const { era } = compiled
    const program = withSchedule(compiled.program, request.schedule)
    const compileMs = this.host.now() - started
    if (program.errors.length > 0) {
      notify({ notice: 'state', state: 'idle', steps: 0 })
      return unrunnable(program, this.compileErrors(program, entry, era), era, compileMs)
    }
    notify({ notice: 'state', state: 'running', steps: 0 })
    const budgets = APP_BUDGETS
    const judged = await this.judge(program, era, request.machine, budgets, compileMs)
    notify({ notice: 'state', state: 'idle', steps: 0 })
    if (judged.record.outcome !== 'budget') {
      // Verdicts that a newer run cut short are not missed.
      this.sendVerdicts(request, run, era, judged, notify, () => generation === this.generation).catch(() => undefined)
    }
    const { record, findings, ledger, runMs, judgeMs } = judged
    const store = TraceStore.of(record.chunks)
    return { record, store, program, ledger, findings, report: this.report(judged, entry), compileMs, runMs, judgeMs }
  }

  /** The verdicts of the other eras, once nothing newer is wanted. */
  private async sendVerdicts(
    request: RunRequest,
    run: number,
    era: string,
    judged: JudgedRun,
    notify: (notice: Notice) => void,
    current: () => boolean,
  ): Promise<void> {
    await new Promise<void>((go) => this.host.after(VERDICTS_AFTER, go))
    if (!current()) return
    const budgets = APP_BUDGETS
    const { verdicts, judged: others } = await this.otherEras(
      request.entry,
      request.files,
      era,
      { machine: request.machine, budgets, schedule: request.schedule },
      current,
      (id, done, of) => notify({ notice: 'eras', run, era: id, done, of }),
      this.host.keepsSpare,
    )
    if (!current()) return
    this.pool.swap()
    notify({
      notice: 'verdicts',
      run,
      report: this.report(judged, request.entry, {
        era,
        own: memoryCodes(judged.record, judged.program, judged.findings),
        others: verdicts,
      }),
    })
    const eras: Record<string, { code: string; severity: string; line: number; file: string }[] | null> = {}
    for (const { id } of ERAS) {
      await this.turn()
      if (!current()) return
      const of = id === era ? judged : others.get(id)
      eras[id] = of === undefined || verdicts.get(id) === null ? null : codesOf(this.report(of, request.entry))
    }
    notify({ notice: 'matrix', run, eras })
    // Nothing is left to do: a race is to be found at once when somebody asks.
    if (this.host.spawnExplorer !== undefined) this.exploreDesk().warm()
    for (const { record } of others.values()) this.pool.recycle(record)
    if (this.host.keepsSpare && TraceStore.of(judged.record.chunks).steps <= MOST_STEPS_AGAIN) {
      await this.again(request, era, budgets)
    }
  }

  /** Compiles and runs a program again for nobody, so that the next edit of it finds fast code. */
  private again({ entry, files, machine, schedule }: RunRequest, era: string, budgets: Budgets): Promise<void> {
    return this.warmUp.go(entry, {
      turn: () => this.turn(),
      compile: () => this.compiler.again(entry, files, SURFACE_INDEX),
      run: (program) => this.judge(withSchedule(program, schedule), era, machine, budgets, 0, true),
    })
  }
}

/** The program under another schedule than its own; nothing or an empty token leaves it as it is. */
function withSchedule(program: CompiledProgram, schedule: string | null | undefined): CompiledProgram {
  if (schedule === undefined || schedule === null || schedule === '') return program
  return { ...program, pragmas: { ...program.pragmas, schedule } }
}

function codesOf(report: Report): { code: string; severity: string; line: number; file: string }[] {
  return report.diagnoses.map(({ code, severity, at }) => ({ code, severity, line: at.line, file: at.file }))
}
