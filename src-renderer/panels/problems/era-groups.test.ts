import { describe, expect, it } from 'vitest'
import { eraGroups } from './era-groups.ts'

const ORDER = ['v6.12', 'v6.14', 'v6.17', 'memdesc']

describe('verdicts of other eras', () => {
  it('puts eras that judge alike into one group, up to the last era', () => {
    const leak = ['page-leak']
    expect(eraGroups(ORDER, { 'v6.14': leak, 'v6.17': leak, memdesc: leak })).toEqual([
      { name: 'v6.14 and later', codes: leak },
    ])
  })
  it('lists the eras of a group that has gaps', () => {
    expect(eraGroups(ORDER, { 'v6.14': [], memdesc: [], 'v6.17': null })).toEqual([
      { name: 'v6.14, memdesc', codes: [] },
      { name: 'v6.17', codes: null },
    ])
  })
})
