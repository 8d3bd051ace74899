/** The rules against the mutants of every correct program; docs/mutations.md is the table. */
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { at } from '../paths.mjs'
import { documentOf, missed, shareFound } from './document.ts'
import { correctPrograms, tryProgram } from './measure.ts'

const DOCUMENT = 'docs/mutations.md'

it('at least 85 % of all mutants are diagnosed, each survivor is explained, and the table is up to date', () => {
  const tried = correctPrograms(at('.')).flatMap((program) => tryProgram(at('.'), program))
  const text = documentOf(tried)
  if (process.env['PAGEWARD_GENERATE'] !== undefined) writeFileSync(at(DOCUMENT), text)
  expect(missed(tried)).toEqual([])
  expect(shareFound(tried)).toBeGreaterThanOrEqual(0.85)
  expect(readFileSync(at(DOCUMENT), 'utf8'), 'run `node scripts/generate-mutations.mjs`').toBe(text)
})
