/**
 * The lessons as a whole: how many, how long, what each has. docs/lesson-table.md is their table; with
 * PAGEWARD_GENERATE set it is written, else it has to be up to date. That each can be played: `pageward lesson lint`.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hasTwin, STEP_KINDS } from '../../src-core/lessons/lesson.ts'
import { MOST_MINUTES, readingMinutes } from '../../src-core/lessons/reading-time.ts'
import { WRONG_ANSWERS } from '../../src-core/protocol/lesson-lint.ts'
import { at } from '../paths.mjs'
import { documentOf } from './document.ts'
import { shippedLessons, wrongAnswers, type ShippedLesson } from './folders.ts'

const DOCUMENT = 'docs/lesson-table.md'
/** Messages of the thread: 0 is the patch. */
const LAST_MESSAGE = 20

const shipped = shippedLessons()
const idsOf = (found: readonly ShippedLesson[]): string[] => found.map(({ lesson }) => lesson.id)

describe('the lessons that ship', () => {
  it('are thirty at least, and eight start from a misconception', () => {
    expect(shipped.length).toBeGreaterThanOrEqual(30)
    expect(shipped.filter(({ lesson }) => lesson.misconception !== '').length).toBeGreaterThanOrEqual(8)
  })

  it('are read in less than four minutes', () => {
    expect(idsOf(shipped.filter(({ lesson }) => readingMinutes(lesson) >= MOST_MINUTES))).toEqual([])
  })

  it('have a question, and end with something that the person did', () => {
    const isTask = (kind: string | undefined): boolean => kind === 'edit' || kind === 'race'
    expect(idsOf(shipped.filter(({ lesson }) => !isTask(lesson.steps.at(-1)?.kind)))).toEqual([])
    const asks = ({ lesson }: ShippedLesson): boolean => lesson.steps.some(({ kind }) => /predict|find/.test(kind))
    expect(idsOf(shipped.filter((each) => !asks(each)))).toEqual([])
  })

  it('keep three wrong answers each', () => {
    expect(idsOf(shipped.filter((each) => wrongAnswers(each).length < WRONG_ANSWERS))).toEqual([])
  })

  it('name their sources, and messages that the thread has', () => {
    expect(idsOf(shipped.filter(({ lesson }) => lesson.sources.length === 0))).toEqual([])
    const messages = shipped.flatMap(({ files }) =>
      [...(files['lesson.md'] ?? '').matchAll(/messages? ((?:\d+|, | and | to )+)/g)].flatMap(([, list = '']) =>
        (list.match(/\d+/g) ?? []).map(Number),
      ),
    )
    expect(messages.length).toBeGreaterThan(0)
    expect(messages.filter((message) => message > LAST_MESSAGE)).toEqual([])
  })

  it('are there in both languages, or say why not', () => {
    expect(idsOf(shipped.filter((each) => !hasTwin(each.lesson, each.files) && each.lesson.noTwin === ''))).toEqual([])
  })

  it('use every kind of step', () => {
    const kinds = new Set(shipped.flatMap(({ lesson }) => lesson.steps.map(({ kind }) => kind)))
    expect([...kinds].sort()).toEqual([...STEP_KINDS].sort())
    const steps = shipped.flatMap(({ lesson }) => lesson.steps)
    const targets = new Set(steps.flatMap((step) => (step.kind === 'find' ? [step.target] : [])))
    expect([...targets].sort()).toEqual(['line', 'memory', 'step'])
    expect(steps.filter((step) => step.kind === 'predict' && step.many).length).toBeGreaterThanOrEqual(5)
  })

  it(`are listed in ${DOCUMENT}`, () => {
    const text = documentOf(shipped)
    if (process.env['PAGEWARD_GENERATE'] !== undefined) writeFileSync(at(DOCUMENT), text)
    expect(existsSync(at(DOCUMENT)) ? readFileSync(at(DOCUMENT), 'utf8') : '').toBe(text)
  })
})
