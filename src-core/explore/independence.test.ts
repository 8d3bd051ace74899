/** Neighbouring steps that are said to be independent can be exchanged: nobody can tell. */
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Explorer } from './explorer.ts'
import { driverPrograms, SUBJECT_NAMES } from './testing/driver-programs.ts'
import { exchanged } from './testing/exchange.ts'
import { openSession, plainSandbox } from './testing/open-session.ts'
import { smallPrograms } from './testing/small-programs.ts'
import { batchPrograms, userPrograms } from './testing/user-programs.ts'

const CORPUS = new URL('../../corpus/explore/', import.meta.url)
const LONG = process.env['PAGEWARD_LONG'] !== undefined
/** Executions of a program whose steps are exchanged; the long run takes all of them. */
const FEW = 20

const PROGRAMS = [
  ...readdirSync(CORPUS).filter((file) => file.endsWith('.ts')),
  ...readdirSync(new URL('pairs/', CORPUS)).flatMap((name) => [`pairs/${name}/bad.ts`, `pairs/${name}/fixed.ts`]),
]

describe('--check-independence', () => {
  for (const name of PROGRAMS) {
    it(`finds nothing in ${name}`, { timeout: 1_200_000 }, () => {
      const { program } = openSession(readFileSync(new URL(name, CORPUS), 'utf8'))
      const explorer = new Explorer(
        program,
        {
          era: 'v6.12',
          machine: {},
          mode: 'exhaustive',
          bound: null,
          maxExecutions: LONG ? null : FEW,
          seed: 1,
          shard: null,
          steps: 10_000,
          checkIndependence: true,
        },
        plainSandbox,
      )
      explorer.advanceWhile(() => true)
      const { executions, independence } = explorer.result()
      expect(executions).toBeGreaterThan(0)
      expect(independence!.entangled).toEqual([])
    })
  }
})

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
    ['random programs whose pages wait for their LRU list', batchPrograms, LONG ? 500 : 20],
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
