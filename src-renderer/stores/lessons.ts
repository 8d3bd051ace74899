/**
 * The open lesson: its steps, where the person is, what was answered and reached. Goals are judged after every run of
 * the lesson's program; what was done is kept.
 */
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { Calls, LessonAnswer } from '../../src-core/protocol/messages.ts'
import { readStored, writeStored } from '../core/storage.ts'
import { LESSONS, lessonFiles } from '../lessons/lesson-files.ts'
import { importProgress, NOTHING_DONE, readProgress, writeProgress, type Progress } from '../lessons/progress.ts'
import { useDocumentStore } from './document.ts'
import { useLayoutStore } from './layout.ts'
import { useSessionStore } from './session.ts'
import { useSettingsStore } from './settings.ts'

export type Lesson = NonNullable<Calls['lesson']['answer']['lesson']>
export type LessonStep = Lesson['steps'][number]
export type Language = Lesson['language']

export const useLessonsStore = defineStore('lessons', () => {
  const document = useDocumentStore()
  const session = useSessionStore()
  const layout = useLayoutStore()
  const settings = useSettingsStore()
  const lesson = shallowRef<Lesson | null>(null)
  const files = shallowRef<Readonly<Record<string, string>>>({})
  /** What is wrong with a lesson that cannot be opened. */
  const failure = shallowRef<string | null>(null)
  /** True while the files of a lesson are fetched. */
  const opening = shallowRef(false)
  const stepIndex = shallowRef(0)
  /** Language that the person chose wherever there is a choice; null = never chose. */
  const wanted = shallowRef<Language | null>(keptLanguage())
  const verdict = shallowRef<LessonAnswer | null>(null)
  const judging = shallowRef(false)
  const progress = shallowRef<Progress>(readProgress())
  /** Hints shown so far, by step. */
  const hints = shallowRef<Readonly<Record<number, number>>>({})
  /** A predict step hides the run until it is answered or the person asks for it. */
  const lifted = shallowRef(false)
  let asked = 0

  /** Name of the twin's first program: there, if the lesson has a twin. */
  const twinStart = computed(() => (lesson.value?.language === 'rust' ? 'start.c.ts' : 'start.rust.ts'))
  const hasTwin = computed(() => files.value[twinStart.value] !== undefined)
  /** Language of the programs now. */
  const language = computed<Language>(() => {
    const own = lesson.value?.language ?? 'c'
    return hasTwin.value ? (wanted.value ?? own) : own
  })
  const inTwin = computed(() => lesson.value !== null && language.value !== lesson.value.language)
  const steps = computed<readonly LessonStep[]>(
    () => (inTwin.value ? lesson.value?.twinSteps : lesson.value?.steps) ?? [],
  )
  const step = computed<LessonStep | null>(() => steps.value[stepIndex.value] ?? null)
  const mine = computed(() =>
    lesson.value === null ? NOTHING_DONE : (progress.value[lesson.value.id] ?? NOTHING_DONE),
  )
  /** True if no lesson comes after this one: the last one, or a teacher's own. */
  const isLast = computed(() => {
    const at = LESSONS.findIndex(({ id }) => id === lesson.value?.id)
    return at < 0 || at === LESSONS.length - 1
  })
  /** Program that the step works on. */
  const programName = computed(() => {
    const now = step.value
    if (now !== null && 'program' in now) return now.program
    return now?.look?.program ?? (inTwin.value ? twinStart.value : 'start.ts')
  })
  const programId = computed(() => (lesson.value === null ? '' : `lesson:${lesson.value.id}/${programName.value}`))
  /** True while the editor has the lesson's program. */
  const inEditor = computed(() => document.programId === programId.value && programId.value !== '')
  /** What the person said to the question of this step. */
  const givenAnswer = computed(() => {
    const now = step.value
    return now !== null && 'id' in now ? mine.value.answers[keyOf(now.id)] : undefined
  })
  const veiled = computed(
    () => inEditor.value && !lifted.value && step.value?.kind === 'predict' && givenAnswer.value === undefined,
  )
  /** Goals of the step, as they were last judged. */
  const goals = computed(() => {
    const now = step.value
    const all = verdict.value?.goals ?? []
    if (now === null || !('goals' in now) || now.goals.length === 0) return all
    return all.filter(({ id }) => now.goals.includes(id))
  })
  const reached = computed(() => goals.value.length > 0 && goals.value.every((goal) => goal.reached))

  async function open(id: string, at = 0): Promise<void> {
    failure.value = null
    opening.value = true
    layout.show('lesson')
    try {
      const texts = await lessonFiles(id)
      if (texts['lesson.md'] === undefined) throw new Error(`There is no lesson "${id}".`)
      await take(id, texts, at)
    } catch (error) {
      failure.value = error instanceof Error ? error.message : String(error)
    } finally {
      opening.value = false
    }
  }

  /** Opens a lesson from its files: one that ships, or a teacher's folder. */
  async function take(id: string, texts: Readonly<Record<string, string>>, at = 0): Promise<void> {
    const { lesson: read, problems } = await session.call('lesson', { id, files: texts })
    if (read === null)
      throw new Error(problems.map(({ file, line, message }) => `${file}:${line}: ${message}`).join('\n'))
    lesson.value = read
    // Somebody who opened a lesson has begun.
    settings.welcomed = true
    files.value = texts
    hints.value = {}
    verdict.value = null
    writeStored('lesson', { id })
    goTo(Math.min(at, steps.value.length - 1))
    layout.show('lesson')
  }

  function goTo(index: number): void {
    if (steps.value[index] === undefined) return
    stepIndex.value = index
    lifted.value = false
    openProgram()
  }

  function next(): void {
    if (step.value?.kind === 'read') markDone()
    if (stepIndex.value + 1 < steps.value.length) goTo(stepIndex.value + 1)
    else void openNeighbour(1)
  }

  function previous(): void {
    if (stepIndex.value > 0) goTo(stepIndex.value - 1)
    else void openNeighbour(-1)
  }

  /** The lesson after or before this one; the list, if there is none: the last one, or a teacher's own. */
  async function openNeighbour(direction: 1 | -1): Promise<void> {
    const at = LESSONS.findIndex(({ id }) => id === lesson.value?.id)
    const other = at < 0 ? undefined : LESSONS[at + direction]
    if (other === undefined) layout.goTo('lessons')
    else await open(other.id)
  }

  function openProgram(): void {
    const text = files.value[programName.value]
    const now = lesson.value
    if (text === undefined || now === null) return
    verdict.value = null
    const entry = programName.value
    document.openOriginal(programId.value, {
      title: now.title,
      entry,
      files: [{ path: entry, text }, ...others(entry)],
      era: (inTwin.value ? now.twinEras : now.eras)[0] ?? null,
    })
  }

  /** Files that the program may import. */
  function others(entry: string): { path: string; text: string }[] {
    const given = files.value[entry] ?? ''
    return Object.entries(files.value)
      .filter(([path]) => path.endsWith('.ts') && given.includes(`./${path.replace(/\.ts$/, '')}`))
      .map(([path, text]) => ({ path, text }))
  }

  function chooseLanguage(choice: Language): void {
    const same = choice === language.value
    wanted.value = choice
    writeStored('lesson-language', { language: choice })
    if (same) return
    hints.value = {}
    lifted.value = false
    openProgram()
  }

  /** An answer is kept for each language: the programs differ. */
  function keyOf(id: string): string {
    return inTwin.value ? `${id}:${language.value}` : id
  }

  function markDone(): void {
    const now = lesson.value
    if (now === null) return
    const { done, finished, answers } = mine.value
    const steps = [...new Set([...done, stepIndex.value])].sort((a, b) => a - b)
    store(now.id, { done: steps, finished: finished || steps.length === now.steps.length, answers })
  }

  function answer(id: string, text: string): void {
    const now = lesson.value
    if (now === null) return
    store(now.id, { ...mine.value, answers: { ...mine.value.answers, [keyOf(id)]: text } })
    if (verdict.value === null) void judge()
  }

  /** Takes an answer back, to try again. */
  function forget(id: string): void {
    const now = lesson.value
    if (now === null) return
    const { [keyOf(id)]: _gone, ...answers } = mine.value.answers
    store(now.id, { ...mine.value, answers })
  }

  function store(id: string, entry: Progress[string]): void {
    progress.value = { ...progress.value, [id]: entry }
    writeProgress(progress.value)
  }

  /** Joins an exported progress with what is there. Throws with a sentence that names the file. */
  function takeProgress(text: string, name?: string): void {
    progress.value = importProgress(text, progress.value, name)
    writeProgress(progress.value)
  }

  function showHint(): void {
    hints.value = { ...hints.value, [stepIndex.value]: (hints.value[stepIndex.value] ?? 0) + 1 }
  }

  /** Puts the solution into the editor; undo brings the person's text back. */
  function showSolution(): void {
    const name = programName.value.replace(/^start/, 'solution')
    const text = files.value[name]
    if (text !== undefined) document.replaceText('Showed the solution', text)
  }

  /** Has the text in the editor judged. A later call wins. */
  async function judge(): Promise<void> {
    const now = lesson.value
    if (now === null || !inEditor.value) return
    const ticket = ++asked
    const { revision } = document
    judging.value = true
    try {
      const given = await session.call('lessonCheck', {
        id: now.id,
        files: files.value,
        program: document.entry,
        text: document.files.find(({ path }) => path === document.entry)?.text ?? '',
        race: step.value?.kind === 'race',
      })
      if (ticket !== asked || revision !== document.revision) return
      verdict.value = given
    } catch {
      // Superseded, or the core went away: the next run asks again.
    } finally {
      if (ticket === asked) judging.value = false
    }
  }

  watch(
    () => [session.summary, session.errors] as const,
    () => {
      if (!inEditor.value) return
      if (session.errors.length > 0) verdict.value = null
      else void judge()
    },
  )
  watch(reached, (all) => {
    if (all && (step.value?.kind === 'edit' || step.value?.kind === 'race')) markDone()
  })

  /** After a start: the lesson that was open, if its program still is. */
  async function restore(): Promise<void> {
    const { id } = readStored('lesson')
    const open_ = document.programId.startsWith('lesson:') || layout.isOpen('lesson')
    if (typeof id === 'string' && open_) await open(id, firstOpenStep(id))
  }

  function firstOpenStep(id: string): number {
    const { done } = progress.value[id] ?? NOTHING_DONE
    let at = 0
    while (done.includes(at)) at += 1
    return at
  }

  return {
    lesson,
    opening,
    files,
    failure,
    step,
    stepIndex,
    language,
    hasTwin,
    steps,
    givenAnswer,
    verdict,
    judging,
    progress,
    mine,
    hints,
    goals,
    reached,
    veiled,
    lifted,
    isLast,
    inEditor,
    programName,
    programId,
    open,
    take,
    goTo,
    next,
    previous,
    openProgram,
    chooseLanguage,
    markDone,
    answer,
    forget,
    takeProgress,
    showHint,
    showSolution,
    judge,
    restore,
    firstOpenStep,
  }
})

function keptLanguage(): Language | null {
  const { language } = readStored('lesson-language')
  return language === 'c' || language === 'rust' ? language : null
}
