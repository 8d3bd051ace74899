import { expect, it } from 'vitest'
import { BYTE_REGION_NAMES, ByteRegion, Painted } from '../../src-core/protocol/messages.ts'
import { byteMark, paintWords, placeWords, regionWords } from './byte-words.ts'

it('has a name of its own for each region of a slab', () => {
  const names = BYTE_REGION_NAMES.map((_, region) => regionWords(region).name)
  expect(names.slice(1)).not.toContain('')
  expect(new Set(names).size).toBe(names.length)
})

it('says a region with what is left in it, or that somebody wrote over it', () => {
  expect(placeWords(ByteRegion.RIGHT_RED_ZONE, Painted.RED_ACTIVE)).toBe(
    'right red zone (behind the object); SLUB_RED_ACTIVE: red zone of an object in use',
  )
  expect(placeWords(ByteRegion.LEFT_RED_ZONE, Painted.NONE)).toContain('overwritten')
  expect(paintWords(Painted.NONE, ByteRegion.OBJECT)).toBe('')
  expect(placeWords(ByteRegion.NONE, Painted.NONE)).toBe('')
})

it('marks a broken red zone apart from a whole one, records apart from padding', () => {
  const marks = [
    byteMark(ByteRegion.LEFT_RED_ZONE, Painted.RED_INACTIVE),
    byteMark(ByteRegion.LEFT_RED_ZONE, Painted.NONE),
    byteMark(ByteRegion.ALLOC_TRACK, Painted.PADDING),
    byteMark(ByteRegion.SLAB_REST, Painted.PADDING),
    byteMark(ByteRegion.FREE_OBJECT, Painted.POISON_FREE),
    byteMark(ByteRegion.OBJECT, Painted.NONE),
  ]
  expect(marks).toEqual(['redZone', 'redZoneBroken', 'slabRecord', 'slabPad', 'poison', ''])
})
