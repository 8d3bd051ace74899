import { expect, it } from 'vitest'
import { RIGHT_NAMES } from '../../src-core/ownership/access-sets.ts'
import { markOfRight } from './right-marks.ts'

it('only an owner is marked as one', () => {
  expect(RIGHT_NAMES.filter((kind) => markOfRight(kind) === '')).toEqual(['owner'])
})

it('a mapping for a device is no pin', () => {
  expect(markOfRight('dma-mapping')).toBe('dma')
  expect(markOfRight('pin')).toBe('pin')
})

it('a batch of the LRU is told from a reference of the driver', () => {
  expect(markOfRight('lru-batch')).toBe('batch')
  expect(markOfRight('page-reference')).toBe('reference')
})
