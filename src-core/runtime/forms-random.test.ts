/** Some random programs at each run of the tests; forms-random.long.ts tries more. */
import { describe, it } from 'vitest'
import { checkRandomPrograms } from './random-programs.ts'

describe('random programs', () => {
  it('log the same in both forms and as plain JavaScript', () => {
    checkRandomPrograms(60, 7)
  })
})
