/** Many more random operations: 100 million, or as many as PAGEWARD_OPERATIONS says. */
import { expect, it } from 'vitest'
import { runMany } from './random-runs.ts'

const OPERATIONS = Number(process.env['PAGEWARD_OPERATIONS'] ?? 100_000_000)

it(
  `random programs of ${OPERATIONS} operations break no invariant`,
  () => {
    const { operations, failure } = runMany(3, OPERATIONS)
    console.log(`${operations} operations`)
    expect(failure ?? 'no failure').toBe('no failure')
  },
  12 * 3_600_000,
)
