import { describe, expect, it } from 'vitest'
import { ERAS } from './index.ts'
import { earliestEra, lackedBy, missingIn } from './rust-api.ts'

describe('the Rust surface of an era', () => {
  it('has what the eras up to it brought and lacks what is to come', () => {
    const names = ['Page', 'rcu', 'VmaRef', 'SGTable', 'Owned', 'CoherentAllocation', 'Coherent']
    expect(ERAS.map(({ id }) => `${id}: ${lackedBy(id, names).join(' ')}`)).toEqual([
      'v6.12: rcu VmaRef SGTable Owned CoherentAllocation Coherent',
      'v6.14: VmaRef SGTable Owned CoherentAllocation Coherent',
      'v6.17: SGTable Owned Coherent',
      'v6.18: Owned Coherent',
      'next: CoherentAllocation',
      'memdesc: CoherentAllocation',
    ])
  })
  it('names what to use instead, and since when', () => {
    const missing = missingIn(ERAS[4]!)
    expect(missing.get('CoherentAllocation')).toEqual({
      name: 'Coherent',
      text: 'Coherent',
      since: 'next',
      later: false,
    })
    expect(missingIn(ERAS[0]!).get('BorrowedPage')).toMatchObject({ name: 'Page', since: 'v6.18', later: true })
  })
  it('is the earliest that has every name of a program', () => {
    expect(
      [
        [],
        ['Page'],
        ['SGTable', 'VVec'],
        ['Owned', 'rcu'],
        ['CoherentAllocation'],
        ['Owned', 'CoherentAllocation'],
      ].map(earliestEra),
    ).toEqual(['v6.12', 'v6.12', 'v6.18', 'next', 'v6.17', 'v6.17'])
  })
})
