/** docs/lesson-table.md: what the lessons are, made from their front matter and steps. */
import { hasTwin, otherLanguage, type Lesson } from '../../src-core/lessons/lesson.ts'
import { readingMinutes } from '../../src-core/lessons/reading-time.ts'
import { wrongAnswers, type ShippedLesson } from './folders.ts'

const LANGUAGE = { c: 'C', rust: 'Rust' } as const

/** The languages of a lesson, its own first. */
export function languagesOf({ lesson, files }: ShippedLesson): string {
  const own = LANGUAGE[lesson.language]
  return hasTwin(lesson, files) ? `${own}, ${LANGUAGE[otherLanguage(lesson.language)]}` : own
}

export function documentOf(shipped: readonly ShippedLesson[]): string {
  const lines = [
    '# The lessons',
    '',
    'Made by `node scripts/generate-lesson-table.mjs`, never typed. Minutes are what a lesson takes with its task;',
    'reading is what its text takes at 200 words a minute, in the language that has more of them.',
    '',
    ...summary(shipped),
  ]
  let part = ''
  for (const each of shipped) {
    const { lesson } = each
    if (lesson.part !== part) {
      part = lesson.part
      const head = ['lesson', 'idea', 'steps', 'minutes', 'reading', 'languages', 'wrong answers']
      lines.push('', `## ${part}`, '', `| ${head.join(' | ')} |`, '| --- | --- | --- | ---: | ---: | --- | ---: |')
    }
    lines.push(row(each))
  }
  const beliefs = shipped.filter(({ lesson }) => lesson.misconception !== '')
  lines.push('', '## Beliefs that a lesson lets fail', '')
  lines.push(...beliefs.map(({ lesson }) => `- ${numberOf(lesson)} ${lesson.title}: “${lesson.misconception}”`))
  const alone = shipped.filter((each) => !hasTwin(each.lesson, each.files))
  lines.push('', '## Why a lesson has one language', '')
  lines.push(...alone.map(({ lesson }) => `- ${numberOf(lesson)} ${lesson.title}: ${lesson.noTwin}.`))
  return `${lines.join('\n')}\n`
}

function summary(shipped: readonly ShippedLesson[]): string[] {
  const steps = shipped.flatMap(({ lesson }) => lesson.steps)
  const count = (kind: string): string => `${steps.filter((step) => step.kind === kind).length} ${kind}`
  const longest = Math.max(...shipped.map(({ lesson }) => readingMinutes(lesson)))
  const twins = shipped.filter((each) => hasTwin(each.lesson, each.files)).length
  return [
    `${shipped.length} lessons, ${twins} of them in both languages, with ${steps.length} steps: ${count('read')},`,
    `${count('predict')}, ${count('edit')}, ${count('find')}, ${count('race')}.`,
    `The longest text takes ${longest.toFixed(1)} minutes to read.`,
  ]
}

function row(each: ShippedLesson): string {
  const { lesson } = each
  const cells = [
    `${numberOf(lesson)} ${lesson.title}`,
    lesson.idea,
    lesson.steps.map(({ kind }) => kind).join(', '),
    lesson.minutes,
    readingMinutes(lesson).toFixed(1),
    languagesOf(each),
    wrongAnswers(each).length,
  ]
  return `| ${cells.join(' | ')} |`
}

function numberOf({ id }: Lesson): string {
  return /^\d+/.exec(id)?.[0] ?? ''
}
