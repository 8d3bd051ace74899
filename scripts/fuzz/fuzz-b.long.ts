/** The odd parts of the long run of random programs; fuzz-a.long.ts has the even ones. */
import { expect, it } from 'vitest'
import { LONG_RUN, partsOf, runPart } from './long-parts.ts'

it.each(partsOf(LONG_RUN.operations, 1, 2))(
  'part %i of the random programs breaks no invariant',
  (part) => expect(runPart(part, LONG_RUN.file, LONG_RUN.resume).failure ?? 'no failure').toBe('no failure'),
  3_600_000,
)
