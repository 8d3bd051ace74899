/** Many random programs: both forms do the same, and what plain JavaScript does. */
import { describe, it } from 'vitest'
import { checkRandomPrograms } from './forms-random.test.ts'

describe('random programs', () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    it(`log the same in both forms and as plain JavaScript (seed ${seed})`, () => {
      checkRandomPrograms(1000, seed)
    })
  }
})
