/** 100,000 mutated inputs for the readers of our formats, 25,000 each; PAGEWARD_INPUTS says how many of each. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fuzz, importers } from './importers.ts'

const INPUTS = Number(process.env['PAGEWARD_INPUTS'] ?? 25_000)
const LESSON = '../../examples/lessons/01-a-page-and-its-count/lesson.md'
const lesson = readFileSync(join(import.meta.dirname, LESSON), 'utf8')

it.each(importers(lesson).map((importer) => [importer.name, importer] as const))(
  `${INPUTS} mutated inputs as a %s`,
  (_name, importer) => expect(fuzz(importer, INPUTS, 7)).toEqual([]),
  3_600_000,
)
