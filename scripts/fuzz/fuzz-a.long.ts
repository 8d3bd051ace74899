/**
 * Many more random operations: 100 million, or as many as PAGEWARD_OPERATIONS says. These are the even parts,
 * fuzz-b.long.ts has the odd ones. out/fuzz-parts.jsonl says which are done; with PAGEWARD_RESUME set those are left
 * out.
 */
import { expect, it } from 'vitest'
import { LONG_RUN, partsOf, runPart } from './long-parts.ts'

it.each(partsOf(LONG_RUN.operations, 0, 2))(
  'part %i of the random programs breaks no invariant',
  (part) => expect(runPart(part, LONG_RUN.file, LONG_RUN.resume).failure ?? 'no failure').toBe('no failure'),
  3_600_000,
)
