import { expect, it } from 'vitest'
import { ByteRegion, Painted } from '../../../src-core/protocol/messages.ts'
import { byteLegend } from './byte-legend.ts'

const bytes = (steps: readonly number[], painted: readonly number[], regions: readonly number[] = []) => ({
  bytes: new Uint8Array(steps.length),
  steps: Uint32Array.from(steps),
  painted: Uint8Array.from(painted),
  regions: Uint8Array.from(steps, (_, at) => regions[at] ?? ByteRegion.NONE),
})

it('explains each mark of bytes that is on screen, and no other', () => {
  const plain = bytes([0, 3], [Painted.NONE, Painted.NONE])
  expect(byteLegend([plain], 4)).toEqual([])
  expect(byteLegend([plain], 3).map(({ mark }) => mark)).toEqual(['byteNew'])
  const zones = [ByteRegion.RIGHT_RED_ZONE, ByteRegion.OBJECT, ByteRegion.FREE_TRACK, ByteRegion.ALLOC_TRACK]
  const debug = bytes([0, 0, 0, 0], [Painted.RED_ACTIVE, Painted.UNWRITTEN, 0, 0], zones)
  expect(byteLegend([plain, debug], 4).map(({ words }) => words)).toEqual([
    'right red zone',
    'poison',
    'alloc track, free track',
  ])
  // Before the first step no byte was changed by it.
  expect(byteLegend([plain], 0)).toEqual([])
})
