/**
 * Plays lessons: runs the program a person has so far in every era of the lesson, has the lesson's check.ts judge
 * the runs in the sandbox, and tells which goals are reached and what the true answers are.
 */
import type { SourceFile } from '../compiler/contract.ts'
import { runFacts } from '../lessons/facts.ts'
import { erasOf, type Lesson, type LessonFiles } from '../lessons/lesson.ts'
import { checkVerdict, type CheckVerdict, type GoalResult } from '../lessons/verdict.ts'
import type { Report, ReportError } from '../report/report.ts'
import { DEFAULT_BUDGETS, type Budgets } from '../runtime/run-options.ts'
import type { LessonExploration } from '../surface/handles/lesson-run.ts'
import type { RunFacts } from '../surface/lesson/lesson.ts'
import type { Supervisor } from './supervisor.ts'

/** Budgets of a lesson's programs and checks: small programs, and somebody waits. */
const LESSON_BUDGETS: Budgets = { ...DEFAULT_BUDGETS, steps: 200_000, turns: 20_000_000, seconds: 5 }

/** Limits of the exploration of a race step. */
const MOST_EXECUTIONS = 20_000
const EXPLORE_SECONDS = 10

/** What a program means for a lesson. */
export interface LessonVerdict {
  readonly goals: readonly GoalResult[]
  /** True answers by id of the question. */
  readonly answers: Readonly<Record<string, string>>
  /** Errors that keep the program from running; the goals are empty then. */
  readonly errors: readonly ReportError[]
  /** What is wrong with check.ts itself: `check.ts:12:3: …`; empty if nothing is. */
  readonly broken: string
  /** One report for each era in which the program was played. */
  readonly reports: readonly Report[]
  /** The schedules in the first era; null if they were not asked for. */
  readonly exploration: LessonExploration | null
}

export class LessonDesk {
  constructor(private readonly supervisor: Supervisor) {}

  /**
   * Judges the program `text` as the answer to a lesson. `name` is how the reports call it. With `race`, its schedules
   * are explored too, up to `race.bound` preemptions.
   */
  async check(
    lesson: Lesson,
    files: LessonFiles,
    name: string,
    text: string,
    race: { readonly bound: number | null } | null = null,
  ): Promise<LessonVerdict> {
    const sources = programFiles(files, name, text)
    const facts: RunFacts[] = []
    const reports: Report[] = []
    for (const era of erasOf(lesson, name)) {
      const program = this.supervisor.compile(name, sources, era)
      if (program.errors.length > 0) {
        const report = this.supervisor.compileErrors(program, name, era)
        return { goals: [], answers: {}, errors: report.errors ?? [], broken: '', reports: [report], exploration: null }
      }
      const judged = await this.supervisor.judge(program, era, {}, LESSON_BUDGETS)
      const report = this.supervisor.report(judged, name)
      const exploration = race === null ? null : await this.explore(sources, era, race.bound)
      const { record, ledger } = judged
      facts.push(runFacts({ record, program, ledger, report, source: text, exploration }))
      reports.push(report)
    }
    const verdict = await this.judge(files, facts)
    const { goals, answers, broken } = verdict
    return { goals, answers, errors: [], broken, reports, exploration: facts[0]?.exploration ?? null }
  }

  private async explore(files: readonly SourceFile[], era: string, bound: number | null): Promise<LessonExploration> {
    const { exploration } = await this.supervisor.explore(
      {
        entry: files[0]?.path ?? '',
        files,
        era,
        machine: {},
        mode: 'exhaustive',
        bound,
        maxExecutions: MOST_EXECUTIONS,
        seed: 1,
        seconds: EXPLORE_SECONDS,
        jobs: 1,
      },
      () => undefined,
    )
    const { executions = 0, complete = false, findings = [] } = exploration ?? {}
    return {
      executions,
      complete,
      findings: findings.map(({ code, at, schedule }) => ({ code, line: at.line, schedule })),
    }
  }

  private async judge(files: LessonFiles, facts: readonly RunFacts[]): Promise<CheckVerdict> {
    const failed = (broken: string): CheckVerdict => ({ goals: [], answers: {}, broken })
    const text = files['check.ts']
    if (text === undefined) return failed('check.ts is missing')
    const sources = programFiles(files, 'check.ts', text)
    const check = this.supervisor.compile('check.ts', sources, facts[0]?.era ?? '')
    const [error] = check.errors
    if (error !== undefined) return failed(`${error.file}:${error.line}:${error.column}: ${error.message}`)
    const record = await this.supervisor.runCheck(check, JSON.stringify(facts), LESSON_BUDGETS)
    const verdict = checkVerdict(record)
    if (verdict.broken === '') return verdict
    return { ...verdict, broken: `check.ts${lineOfEnd(record, check.sites)}: ${verdict.broken}` }
  }
}

/** The program first, then the lesson's other files that it may import. */
function programFiles(files: LessonFiles, name: string, text: string): SourceFile[] {
  const others = Object.entries(files).filter(([path]) => path.endsWith('.ts') && path !== name)
  return [{ path: name, text }, ...others.map(([path, other]) => ({ path, text: other }))]
}

/** `:12` of the step that ended a check by an error; empty if it has no place. */
function lineOfEnd(record: Parameters<typeof checkVerdict>[0], sites: readonly { readonly line: number }[]): string {
  const end = record.budget?.at ?? null
  if (end !== null) return `:${end.line}`
  const chunk = record.chunks.at(-1)
  const site = chunk === undefined || chunk.opCount === 0 ? 0 : (chunk.ops.site[chunk.opCount - 1] ?? 0)
  return site === 0 ? '' : `:${sites[site]?.line ?? 0}`
}
