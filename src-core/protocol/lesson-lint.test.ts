import { describe, expect, it } from 'vitest'
import type { Lesson } from '../lessons/lesson.ts'
import type { LessonDesk, LessonVerdict } from './lesson-desk.ts'
import { lintLesson } from './lesson-lint.ts'

const LESSON = [
  '---',
  'title: T',
  'part: Pages',
  'idea: I',
  'level: beginner',
  'minutes: 3',
  '---',
  '## Predict: What?',
  '```predict',
  'id: q',
  'question: How many?',
  'answer: 2',
  'after: Because.',
  '```',
  '## Edit: Do it',
  '```edit',
  'goals: [g]',
  'hints: [a, b, c]',
  '```',
  '',
]
const FILES = {
  'lesson.md': LESSON.join('\n'),
  'check.ts': '',
  'start.ts': 'start',
  'solution.ts': 'right',
  'wrong-1.ts': 'one',
  'wrong-2.ts': 'two',
  'wrong-3.ts': 'three',
}
const VERDICT: LessonVerdict = {
  goals: [],
  answers: { q: '2' },
  errors: [],
  broken: '',
  reports: [],
  exploration: null,
}

/** A desk that reaches the goal with the text `right`, and else says the text. `of` changes what it says. */
function desk(of: (text: string) => Partial<LessonVerdict> = () => ({})): LessonDesk {
  const check = (_lesson: Lesson, _files: unknown, _name: string, text: string): Promise<LessonVerdict> => {
    const reached = text === 'right'
    const goals = [{ id: 'g', title: 'G', reached, feedback: reached ? '' : `missing: ${text}` }]
    return Promise.resolve({ ...VERDICT, goals, ...of(text) })
  }
  return { check } as unknown as LessonDesk
}

async function problems(changes: Record<string, string | undefined>, by = desk()): Promise<string[]> {
  const files = Object.fromEntries(
    Object.entries({ ...FILES, ...changes }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
  const found = await lintLesson('01-x', files, by, { lessons: ['01-x'], examples: [] })
  return found.map(({ file, line, message }) => `${file}:${line}: ${message}`)
}

const withLine = (from: string, to: string): Record<string, string> => ({
  'lesson.md': LESSON.join('\n').replace(from, to),
})

describe('lesson lint', () => {
  it('has nothing to say of a lesson that is right', async () => {
    expect(await problems({})).toEqual([])
  })

  it('names the file and the line of what cannot be read', async () => {
    expect(await problems(withLine('minutes: 3', 'minutes: soon'))).toEqual([
      'lesson.md:6: "minutes" is a whole number from 1 to 60',
    ])
    expect(await problems({ 'check.ts': undefined })).toEqual(['check.ts:1: 01-x: the file check.ts is missing'])
  })

  it('wants three wrong answers, each with other feedback', async () => {
    expect(await problems({ 'wrong-3.ts': undefined })).toEqual([
      'lesson.md:1: keep 3 wrong answers (wrong-1.ts …); there are 2',
    ])
    expect(await problems({ 'wrong-3.ts': 'one' })).toEqual([
      'wrong-3.ts:1: gets the same feedback as wrong-1.ts: "missing: one"',
    ])
    expect(await problems({ 'wrong-3.ts': 'right' })).toEqual([
      'wrong-3.ts:1: is said to be wrong but reaches every goal',
    ])
  })

  it('wants a start that misses a goal, and a solution that reaches all', async () => {
    expect(await problems({ 'start.ts': 'right' })).toEqual(['start.ts:1: reaches every goal before anything was done'])
    expect(await problems({ 'solution.ts': 'nearly' })).toEqual([
      'solution.ts:1: does not reach goal "g": missing: nearly',
    ])
  })

  it('compares each answer with the run', async () => {
    expect(
      await problems(
        {},
        desk(() => ({ answers: { q: '3' } })),
      ),
    ).toEqual(['lesson.md:8: the answer "2" is not what the run says: "3"'])
    expect(
      await problems(
        {},
        desk(() => ({ answers: {} })),
      ),
    ).toEqual(['lesson.md:8: check.ts gives no answer "q"'])
  })

  it('tells where a check breaks, and links that lead nowhere', async () => {
    const broken = (text: string): Partial<LessonVerdict> => (text === 'two' ? { broken: 'check.ts:12: no' } : {})
    expect(await problems({}, desk(broken))).toEqual(['check.ts:12: check.ts:12: no (judging wrong-2.ts)'])
    expect(await problems(withLine('## Edit: Do it', '[x](code:no-such-code)\n\n## Edit: Do it'))).toEqual([
      'lesson.md:15: the link "code:no-such-code" leads nowhere',
    ])
  })

  it('wants a text that is read in less than four minutes', async () => {
    const long = withLine('## Edit: Do it', `${'word '.repeat(900)}\n\n## Edit: Do it`)
    expect(await problems(long)).toEqual(['lesson.md:1: takes 4.5 minutes to read; a lesson takes less than 4'])
  })
})
