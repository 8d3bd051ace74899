/**
 * How long a lesson takes to read: everything a person sees without asking for help. Hints and programs are not
 * counted.
 */
import type { Lesson, LessonStepDefinition } from './lesson.ts'

/** Words that a person reads in a minute: technical prose, not in a hurry. */
const WORDS_A_MINUTE = 200

/** Minutes that every lesson stays below. */
export const MOST_MINUTES = 4

/** Words of a lesson, in the language that has more of them. */
export function wordsOf(lesson: Lesson): number {
  const of = (steps: readonly LessonStepDefinition[]): number =>
    [lesson.title, lesson.intro, ...steps.flatMap(said)].reduce((sum, text) => sum + words(text), 0)
  return Math.max(of(lesson.steps), of(lesson.twinSteps))
}

/** Minutes of reading, with one digit. */
export function readingMinutes(lesson: Lesson): number {
  return Math.round((wordsOf(lesson) / WORDS_A_MINUTE) * 10) / 10
}

function said(step: LessonStepDefinition): string[] {
  const texts = [step.title, step.text]
  if (step.kind === 'predict') texts.push(step.question, ...step.options, step.after)
  if (step.kind === 'find') texts.push(step.question, step.after)
  return texts
}

function words(text: string): number {
  return text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length
}
