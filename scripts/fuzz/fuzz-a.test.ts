/** Half a million random operations; fuzz-b.test.ts is the other half. docs/coverage.md shows what this one reached. */
import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { at } from '../paths.mjs'
import { DOCUMENTED } from './documented.ts'
import { coverageTable, rowsOf } from './coverage-document.ts'
import { FLOOR, OPERATIONS, runMany } from './random-runs.ts'

const DOCUMENT = 'docs/coverage.md'
const TIME = 900_000

describe(
  'random programs through the real surface',
  () => {
    const runs = runMany(1, OPERATIONS)

    it('break no invariant, and the rules find no mistake in them', () => {
      expect(runs.failure ?? 'no failure').toBe('no failure')
    })

    it(`call every function of the surface ${FLOOR} times and get every documented error`, () => {
      expect(runs.coverage.missing(FLOOR)).toEqual([])
    })

    it('are shown in docs/coverage.md, row by row', () => {
      if (process.env['PAGEWARD_GENERATE'] !== undefined) writeFileSync(at(DOCUMENT), coverageTable(runs))
      const rows = rowsOf(readFileSync(at(DOCUMENT), 'utf8'))
      const expected = Object.entries(DOCUMENTED).map(([name, errors]) => [name, ...errors].join(' '))
      expect(rows, 'run `node scripts/generate-coverage.mjs`').toEqual(expected)
    })
  },
  TIME,
)
