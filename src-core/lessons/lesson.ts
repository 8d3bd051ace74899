/**
 * A lesson: one idea, a few steps, files to work on. docs/lessons.md is the format for authors; parse.ts reads it.
 */

export const LEVELS = ['beginner', 'intermediate', 'advanced'] as const
export type Level = (typeof LEVELS)[number]

export const STEP_KINDS = ['read', 'predict', 'edit', 'find', 'race'] as const
export type StepKind = (typeof STEP_KINDS)[number]

/** Surfaces that programs of a lesson are written on. */
export const LANGUAGES = ['c', 'rust'] as const
export type Language = (typeof LANGUAGES)[number]

/** The files of a lesson folder: name → text. */
export type LessonFiles = Readonly<Record<string, string>>

/** Where the views go when a step is opened. */
export interface Look {
  /** Program whose run is shown; `start.ts` if none is named. */
  readonly program: string
  /** Text of the line that the playhead goes to: after the last step of the first line that contains it. */
  readonly at: string | null
  /** Variable whose memory is selected. */
  readonly select: string | null
  /** View that comes to the front: `map`, `timeline`, `inspector`, `problems`, `console`, `eras`. */
  readonly view: string | null
}

interface StepBase {
  readonly kind: StepKind
  readonly title: string
  /** Line of its heading in lesson.md. */
  readonly line: number
  /** Markdown. */
  readonly text: string
  readonly look: Look | null
}

export interface ReadStep extends StepBase {
  readonly kind: 'read'
}

/** A question answered before running, then compared with the real run. */
export interface PredictStep extends StepBase {
  readonly kind: 'predict'
  /** Names the answer that check.ts gives. */
  readonly id: string
  readonly program: string
  readonly question: string
  /** Choices; empty = the person types the answer. */
  readonly options: readonly string[]
  /** Any number of the options may be right: "who still reaches it?" */
  readonly many: boolean
  readonly answer: string
  /** Shown after the run. */
  readonly after: string
}

/** The program is changed until the goals are reached. */
export interface EditStep extends StepBase {
  readonly kind: 'edit'
  /** Goals of check.ts; empty = all. */
  readonly goals: readonly string[]
  /** Three, from a nudge to nearly there. */
  readonly hints: readonly string[]
}

/** The page, event or line that is wrong is clicked. */
export interface FindStep extends StepBase {
  readonly kind: 'find'
  readonly id: string
  readonly program: string
  readonly question: string
  /** What is clicked: a line of the program, a step of the timeline, a piece of memory by its variable. */
  readonly target: 'line' | 'step' | 'memory'
  readonly answer: string
  readonly after: string
}

/** A schedule that fails is found, or none is left to find. */
export interface RaceStep extends StepBase {
  readonly kind: 'race'
  readonly program: string
  /** Goals of check.ts, judged with the exploration's result. */
  readonly goals: readonly string[]
  readonly hints: readonly string[]
  /** Preemptions allowed; null = as many as there are. */
  readonly bound: number | null
}

export type LessonStepDefinition = ReadStep | PredictStep | EditStep | FindStep | RaceStep

export interface Lesson {
  /** Name of its folder: `03-get-and-put`. */
  readonly id: string
  readonly title: string
  /** Chapter. */
  readonly part: string
  /** The one idea, in a sentence. */
  readonly idea: string
  readonly level: Level
  /** Minutes it takes. */
  readonly minutes: number
  /** Ids of lessons that come first. */
  readonly requires: readonly string[]
  /** Eras its programs run in; the first is the one shown. */
  readonly eras: readonly string[]
  /** Surface of `start.ts`; the twin, if there is one, is on the other. */
  readonly language: Language
  /** Why there is no twin in the other language; empty = nothing was said. */
  readonly noTwin: string
  /** Eras that the twin's programs run in: those of the lesson unless `twin_eras` says otherwise. */
  readonly twinEras: readonly string[]
  /** The belief that the lesson lets fail; empty = it starts from none. */
  readonly misconception: string
  /** Where the facts come from: kernel functions, messages of the thread. Markdown. */
  readonly sources: readonly string[]
  /** Text before the first step, markdown. */
  readonly intro: string
  readonly steps: readonly LessonStepDefinition[]
  /** The same steps, told of the twin. */
  readonly twinSteps: readonly LessonStepDefinition[]
}

/** The other surface. */
export function otherLanguage(language: Language): Language {
  return language === 'c' ? 'rust' : 'c'
}

/** Name of a file's twin: `start.ts` → `start.rust.ts`. */
export function twinName(name: string, language: Language): string {
  return name.replace(/\.ts$/, `.${otherLanguage(language)}.ts`)
}

/** True for the name of a twin's program: `start.rust.ts` in a lesson in C. */
export function isTwin(name: string, language: Language): boolean {
  return name.endsWith(`.${otherLanguage(language)}.ts`)
}

/** Eras in which a program of a lesson is played. */
export function erasOf(lesson: Lesson, name: string): readonly string[] {
  return isTwin(name, lesson.language) ? lesson.twinEras : lesson.eras
}

/** True if the lesson's folder has a twin. */
export function hasTwin(lesson: Lesson, files: LessonFiles): boolean {
  return files[twinName('start.ts', lesson.language)] !== undefined
}

/** Something wrong with a lesson's files. */
export interface LessonProblem {
  readonly file: string
  readonly line: number
  readonly message: string
}
