/**
 * Random programs in the memdesc era. Counts of driver pages do nothing there: what is legal in the other eras may put
 * a page that is somebody else's by then, so the rules are not asked. The machine's invariants have to hold all the
 * same.
 */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Coverage } from './coverage.ts'
import { MAX_NUMBER } from './program.ts'
import { runRandom } from './run.ts'

const PROGRAM = fc.array(fc.nat({ max: MAX_NUMBER }), { minLength: 1, maxLength: 200, size: 'max' })

it.each(['off', 'on'])(
  'random programs in the memdesc era break no invariant (debug=%s)',
  (debug) => {
    const setting = { era: 'memdesc', machine: { memory: '8M', debug }, judged: false }
    const legal = fc.property(PROGRAM, (numbers) => {
      expect(runRandom(numbers, setting, new Coverage()).failure).toBeNull()
    })
    fc.assert(legal, { numRuns: 40, seed: 5, endOnFailure: true })
  },
  120_000,
)
