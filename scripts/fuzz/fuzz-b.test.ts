/** The other half million random operations: other programs than fuzz-a.test.ts. */
import { describe, expect, it } from 'vitest'
import { FLOOR, OPERATIONS, runMany } from './random-runs.ts'

describe('more random programs through the real surface', () => {
  const runs = runMany(2, OPERATIONS)

  it('break no invariant, and the rules find no mistake in them', () => {
    expect(runs.failure ?? 'no failure').toBe('no failure')
  })

  it(`call every function of the surface ${FLOOR} times and get every documented error`, () => {
    expect(runs.coverage.missing(FLOOR)).toEqual([])
  })
}, 900_000)
