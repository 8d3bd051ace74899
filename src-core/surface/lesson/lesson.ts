/**
 * The module `lesson`, for the `check.ts` of a lesson and nothing else. The run to judge comes as data with the run's
 * options; what the check says goes to the log, one JSON object a line, where lessons/verdict.ts reads it.
 */
import { answerOf } from '../../base/answer-set.ts'
import type {
  LessonDiagnosis,
  LessonExploration,
  LessonMemory,
  LessonRight,
  LessonRun,
  LessonStep,
} from '../handles/lesson-run.ts'
import type { RunHost } from '../run-host.ts'
import type { Surface } from '../surface.ts'

/** Count of a page after a step: step, reference count, map count. */
export type CountRow = readonly [step: number, refcount: number, mapcount: number]

/** A run as data: what crosses into the sandbox. */
export interface RunFacts extends Omit<
  LessonRun,
  'memory' | 'errors' | 'calls' | 'at_line' | 'named' | 'line_of' | 'clean'
> {
  readonly memory: readonly (Omit<LessonMemory, 'refcount' | 'mapcount' | 'access_set'> & {
    readonly counts: readonly CountRow[]
  })[]
}

export function lessonChecks(s: Surface, host: RunHost) {
  const facts: readonly RunFacts[] = host.facts === '' ? [] : (JSON.parse(host.facts) as readonly RunFacts[])
  const all = facts.map(lessonRun)

  function say(line: unknown): void {
    if (facts.length === 0) throw new TypeError("the module 'lesson' is for the check.ts of a lesson")
    s.log.line('info', JSON.stringify(line))
  }

  return {
    pure: {
      /**
       * Declares a goal and whether it is reached: `true`, or the sentence that tells the person what is missing and
       * why. The id is the one that lesson.md names.
       */
      goal(id: string, title: string, verdict: boolean | string): void {
        const reached = verdict === true
        const feedback = typeof verdict === 'string' ? verdict : ''
        say({ goal: String(id), title: String(title), reached, feedback })
      },
      /**
       * Gives the true answer to a question of lesson.md, from the run: what a person's answer is compared with. A list
       * answers a question with `many: true`: the options that are right, in any order.
       */
      answer(id: string, value: string | number | boolean | readonly string[]): void {
        say({ answer: String(id), value: Array.isArray(value) ? answerOf(value.map(String)) : String(value) })
      },
    },
    values: {
      /** The run in the lesson's first era. */
      run: (all[0] ?? null) as LessonRun,
      /** The runs in all eras of the lesson, in its order. */
      runs: all as readonly LessonRun[],
    },
  }
}

function lessonRun(facts: RunFacts): LessonRun {
  const memory = facts.memory.map(lessonMemory)
  const errors = facts.diagnoses.filter(({ severity }: LessonDiagnosis) => severity === 'error')
  const exploration: LessonExploration | null = facts.exploration
  return {
    ...facts,
    exploration,
    memory,
    errors,
    calls: (op) => facts.steps.filter((step: LessonStep) => step.op === op),
    at_line: (line) => facts.steps.filter((step: LessonStep) => step.line === line),
    named: (name) => memory.findLast((each) => each.name === name) ?? null,
    line_of: (text) => facts.source.split('\n').findIndex((line) => line.includes(text)) + 1,
    clean: () => facts.outcome === 'completed' && errors.length === 0,
  }
}

function lessonMemory(facts: RunFacts['memory'][number]): LessonMemory {
  const { counts, ...rest } = facts
  const at = (step: number): CountRow => counts.findLast(([since]) => since <= step) ?? [0, 0, 0]
  return {
    ...rest,
    refcount: (step = Number.MAX_SAFE_INTEGER) => at(step)[1],
    mapcount: (step = Number.MAX_SAFE_INTEGER) => at(step)[2],
    access_set: (step = Number.MAX_SAFE_INTEGER) =>
      rest.rights.filter(({ from, to }: LessonRight) => from <= step && (to === 0 || to > step)),
  }
}
