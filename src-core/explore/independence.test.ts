/** Neighbouring steps that are said to be independent can be exchanged: nobody can tell. */
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { driverPrograms, SUBJECT_NAMES } from './testing/driver-programs.ts'
import { exchanged } from './testing/exchange.ts'
import { smallPrograms } from './testing/small-programs.ts'
import { userPrograms } from './testing/user-programs.ts'

const CORPUS = new URL('../../corpus/explore/', import.meta.url)
const LONG = process.env['PAGEWARD_LONG'] !== undefined

describe('independent steps', () => {
  for (const name of readdirSync(CORPUS).filter((file) => file.endsWith('.ts'))) {
    it(`can be exchanged in ${name}`, () => {
      const { entangled } = exchanged(readFileSync(new URL(name, CORPUS), 'utf8'), 10, 10)
      expect(entangled).toEqual([])
    })
  }

  for (const [what, programs, runs] of [
    ['random small programs', smallPrograms, LONG ? 3000 : 100],
    ['random programs with user address spaces', userPrograms, LONG ? 1000 : 40],
    ...SUBJECT_NAMES.map((name) => [`random programs about ${name}`, driverPrograms(name), LONG ? 500 : 20] as const),
  ] as const) {
    it(`can be exchanged in ${what}`, { timeout: 1_200_000 }, () => {
      let pairs = 0
      fc.assert(
        fc.property(programs, (text) => {
          const found = exchanged(text, 4, 4)
          pairs += found.pairs
          expect(found.entangled).toEqual([])
        }),
        { numRuns: runs, seed: Number(process.env['PAGEWARD_SEED'] ?? 1) },
      )
      expect(pairs).toBeGreaterThan(runs)
    })
  }
})
