/** Neighbouring steps that are said to be independent can be exchanged: nobody can tell. */
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Random } from '../base/random.ts'
import { IndependenceCheck } from './independence.ts'
import type { Entangled } from './options.ts'
import { SamplingWalk } from './sampling.ts'
import { openSession } from './testing/open-session.ts'
import { smallPrograms } from './testing/small-programs.ts'
import { userPrograms } from './testing/user-programs.ts'

/** Exchanges pairs in some random executions of a program. */
function exchanged(text: string, executions: number, pairs: number): { pairs: number; entangled: Entangled[] } {
  const { session, program, record } = openSession(text)
  const walk = new SamplingWalk(session, program, record, 'random', 7)
  walk.trail.tracks = true
  const check = new IndependenceCheck(session, program, record, 'v6.12', new Random(5), walk.trail)
  let n = 0
  walk.run({
    executed: (trail) => {
      check.check(trail, pairs)
      return ++n < executions
    },
  })
  return check
}

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
