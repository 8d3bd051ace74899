import { expect, it } from 'vitest'
import { memoryWords } from './memory-words.ts'

it('says what memory is and where', () => {
  expect(memoryWords({ kind: 'slab-object', bytes: 64, address: '0xffff888001000000' })).toEqual({
    what: 'slab object of 64 bytes at',
    at: '0xffff888001000000',
  })
})

it('gives a cache no address', () => {
  expect(memoryWords({ kind: 'cache', bytes: 60, address: '0x0000000000000000' })).toEqual({
    what: 'cache of objects of 60 bytes',
    at: null,
  })
})
