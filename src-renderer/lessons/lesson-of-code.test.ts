import { describe, expect, it } from 'vitest'
import { CATALOGUE } from '../../src-core/report/catalogue.ts'
import { LESSONS } from './lesson-files.ts'
import { lessonOf } from './lesson-of-code.ts'

/** What a program says itself, or what no lesson is about. */
const WITHOUT = ['not-simulated', 'warn-on', 'bug-on', 'uncaught-exception']

describe('the lesson of a diagnosis', () => {
  it('exists for every code of the catalogue that is a rule', () => {
    const known = new Set(LESSONS.map(({ id }) => id))
    const lost = Object.keys(CATALOGUE).filter((code) => !WITHOUT.includes(code) && !known.has(lessonOf(code) ?? ''))
    expect(lost).toEqual([])
  })
})
