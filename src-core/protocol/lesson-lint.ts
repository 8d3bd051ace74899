/**
 * `pageward lesson lint`: everything that can be wrong with a lesson, found by playing it. The start must not reach
 * its goals, the solution must, in every era named; three wrong answers must fail, each with other words; every
 * predicted answer must be what the simulator does; every link must lead somewhere; and it is read in less than four
 * minutes. A twin in the other language is held to the same.
 */
import { hasTwin, isTwin, twinName } from '../lessons/lesson.ts'
import type { Lesson, LessonFiles, LessonProblem, LessonStepDefinition } from '../lessons/lesson.ts'
import { parseLesson } from '../lessons/parse.ts'
import { MOST_MINUTES, readingMinutes } from '../lessons/reading-time.ts'
import { isCode } from '../report/catalogue.ts'
import type { LessonDesk, LessonVerdict } from './lesson-desk.ts'

/** Wrong answers that a lesson keeps. */
export const WRONG_ANSWERS = 3
const NEEDED = ['lesson.md', 'start.ts', 'solution.ts', 'check.ts']

/** What links of lessons may lead to. */
export interface LinkTargets {
  readonly lessons: readonly string[]
  readonly examples: readonly string[]
}

export async function lintLesson(
  id: string,
  files: LessonFiles,
  desk: LessonDesk,
  targets: LinkTargets,
): Promise<LessonProblem[]> {
  const missing = NEEDED.filter((name) => files[name] === undefined)
  if (missing.length > 0)
    return missing.map((file) => ({ file, line: 1, message: `${id}: the file ${file} is missing` }))
  const parsed = parseLesson(id, files['lesson.md'] ?? '')
  if (parsed.lesson === null) return [...parsed.problems]
  return new Linter(parsed.lesson, files, desk, targets).all()
}

class Linter {
  private readonly problems: LessonProblem[] = []

  constructor(
    private readonly lesson: Lesson,
    private readonly files: LessonFiles,
    private readonly desk: LessonDesk,
    private readonly targets: LinkTargets,
  ) {}

  async all(): Promise<LessonProblem[]> {
    const { language } = this.lesson
    this.requires()
    this.links()
    this.readingTime()
    this.twin()
    const twin = hasTwin(this.lesson, this.files)
    this.looks(this.lesson.steps)
    if (twin) this.looks(this.lesson.twinSteps)
    const both = (name: string): string[] => (twin ? [name, twinName(name, language)] : [name])
    for (const name of both('start.ts')) await this.start(name)
    for (const name of both('solution.ts')) if (this.files[name] !== undefined) await this.solution(name)
    await this.wrongAnswers(false)
    await this.wrongAnswers(true)
    await this.answers(this.lesson.steps)
    if (twin) await this.answers(this.lesson.twinSteps)
    return this.problems
  }

  /** The twin is whole, or there is none and nothing of it. */
  private twin(): void {
    const { language, noTwin } = this.lesson
    const [start, solution] = ['start.ts', 'solution.ts'].map((name) => twinName(name, language)) as [string, string]
    const there = Object.keys(this.files).filter((name) => isTwin(name, language))
    if (there.length === 0) return
    for (const name of [start, solution])
      if (!there.includes(name)) this.complain(name, 1, `the file ${name} is missing: there is ${there[0] ?? ''}`)
    if (noTwin !== '') this.complain('lesson.md', 1, `says no_twin, but there is ${there[0] ?? ''}`)
  }

  private readingTime(): void {
    const minutes = readingMinutes(this.lesson)
    if (minutes >= MOST_MINUTES)
      this.complain('lesson.md', 1, `takes ${minutes} minutes to read; a lesson takes less than ${MOST_MINUTES}`)
  }

  private requires(): void {
    for (const id of this.lesson.requires)
      if (!this.targets.lessons.includes(id)) this.complain('lesson.md', 1, `requires "${id}": there is no such lesson`)
  }

  /** `[text](code:x)`, `(lesson:x)`, `(example:x)`, `(https://…)`. */
  private links(): void {
    const lines = (this.files['lesson.md'] ?? '').split('\n')
    for (const [i, line] of lines.entries()) {
      for (const [, target = ''] of line.matchAll(/\]\(([^)\s]+)\)/g)) {
        const [scheme = '', name = ''] = target.split(/:(.*)/s)
        const known =
          scheme === 'https' ||
          (scheme === 'code' && isCode(name)) ||
          (scheme === 'lesson' && this.targets.lessons.includes(name)) ||
          (scheme === 'example' && this.targets.examples.includes(name))
        if (!known) this.complain('lesson.md', i + 1, `the link "${target}" leads nowhere`)
      }
    }
  }

  private looks(steps: readonly LessonStepDefinition[]): void {
    for (const { look, line } of steps) {
      if (look === null) continue
      const text = this.files[look.program]
      if (text === undefined) this.complain('lesson.md', line, `look: there is no file ${look.program}`)
      else if (look.at !== null && !text.includes(look.at))
        this.complain('lesson.md', line, `look: "${look.at}" is not in ${look.program}`)
    }
  }

  private async start(name: string): Promise<void> {
    const verdict = await this.play(name)
    if (!this.runs(name, verdict)) return
    const known = new Set(verdict.goals.map((goal) => goal.id))
    for (const step of this.tasks())
      for (const goal of step.goals)
        if (!known.has(goal)) this.complain('lesson.md', step.line, `check.ts has no goal "${goal}"`)
    if (this.tasks().length === 0) return
    if (verdict.goals.length === 0)
      this.complain('check.ts', 1, 'declares no goal, but the lesson has an edit or race step')
    else if (verdict.goals.every(({ reached }) => reached))
      this.complain(name, 1, 'reaches every goal before anything was done')
    for (const goal of verdict.goals)
      if (!goal.reached && goal.feedback === '')
        this.complain('check.ts', 1, `goal "${goal.id}" says nothing when it is not reached`)
  }

  private async solution(name: string): Promise<void> {
    const verdict = await this.play(name)
    if (!this.runs(name, verdict)) return
    for (const { id, reached, feedback } of verdict.goals)
      if (!reached) this.complain(name, 1, `does not reach goal "${id}": ${feedback}`)
  }

  /** Of the lesson, or those that its twin keeps. */
  private async wrongAnswers(twin: boolean): Promise<void> {
    if (this.tasks().length === 0) return
    const names = Object.keys(this.files).filter(
      (file) => /^wrong-\d+\.(\w+\.)?ts$/.test(file) && isTwin(file, this.lesson.language) === twin,
    )
    if (!twin && names.length < WRONG_ANSWERS)
      this.complain('lesson.md', 1, `keep ${WRONG_ANSWERS} wrong answers (wrong-1.ts …); there are ${names.length}`)
    const told = new Map<string, string>()
    for (const name of names) {
      const verdict = await this.play(name)
      if (!this.runs(name, verdict)) continue
      const missed = verdict.goals.filter(({ reached }) => !reached)
      if (missed.length === 0) this.complain(name, 1, 'is said to be wrong but reaches every goal')
      const feedback = missed.map((goal) => goal.feedback).join('\n')
      const same = told.get(feedback)
      if (same !== undefined && missed.length > 0)
        this.complain(name, 1, `gets the same feedback as ${same}: "${feedback}"`)
      told.set(feedback, name)
    }
  }

  private async answers(steps: readonly LessonStepDefinition[]): Promise<void> {
    for (const step of steps) {
      if (step.kind !== 'predict' && step.kind !== 'find') continue
      const text = this.files[step.program]
      if (text === undefined) {
        this.complain('lesson.md', step.line, `there is no file ${step.program}`)
        continue
      }
      const verdict = await this.desk.check(this.lesson, this.files, step.program, text)
      if (!this.runs(step.program, verdict)) continue
      const truth = verdict.answers[step.id]
      if (truth === undefined) this.complain('lesson.md', step.line, `check.ts gives no answer "${step.id}"`)
      else if (truth !== expected(step, text))
        this.complain('lesson.md', step.line, `the answer "${step.answer}" is not what the run says: "${truth}"`)
    }
  }

  private tasks(): readonly Extract<LessonStepDefinition, { kind: 'edit' | 'race' }>[] {
    return this.lesson.steps.filter((step) => step.kind === 'edit' || step.kind === 'race')
  }

  private play(name: string): Promise<LessonVerdict> {
    const race = this.lesson.steps.find((step) => step.kind === 'race')
    return this.desk.check(this.lesson, this.files, name, this.files[name] ?? '', race ?? null)
  }

  /** False, with a problem told, if the program or the check does not run. */
  private runs(name: string, verdict: LessonVerdict): boolean {
    const [error] = verdict.errors
    if (error !== undefined) this.complain(error.at.file, error.at.line, error.message)
    else if (verdict.broken !== '')
      this.complain(
        'check.ts',
        Number(/^check\.ts:(\d+)/.exec(verdict.broken)?.[1] ?? 1),
        `${verdict.broken} (judging ${name})`,
      )
    return error === undefined && verdict.broken === ''
  }

  private complain(file: string, line: number, message: string): void {
    if (!this.problems.some((one) => one.file === file && one.line === line && one.message === message))
      this.problems.push({ file, line, message })
  }
}

/** The answer as check.ts gives it: a `find` of a line may be written as text of that line. */
export function expected(
  step: { readonly kind: string; readonly answer: string; readonly target?: string },
  text: string,
): string {
  if (step.kind !== 'find' || step.target !== 'line' || /^\d+$/.test(step.answer)) return step.answer
  return String(text.split('\n').findIndex((line) => line.includes(step.answer)) + 1)
}
