import { describe, expect, it } from 'vitest'
import { FRAME_KIND_NAMES, FrameKind } from '../trace/fields.ts'
import { compileRefModes } from './era.ts'
import { ERAS, findEra, suggestEra } from './index.ts'

describe('eras', () => {
  it('say for every kind of page in every era what its count is', () => {
    const letter = { counted: 'c', declined: 'd', none: '-' } as const
    expect(
      ERAS.map((era) => `${era.id.padEnd(8)}${FRAME_KIND_NAMES.map((kind) => letter[era.pageRef[kind]]).join('')}`),
    ).toEqual([
      'v6.12   cccccccccc',
      'v6.14   cccccdcccc',
      'v6.17   cccccddccc',
      'v6.18   cccccddccc',
      'next    cccccddccc',
      'memdesc ----cdd---',
    ])
  })
  it('compile into a lookup by frame kind', () => {
    const modes = compileRefModes(ERAS[1]!)
    expect([modes[FrameKind.PAGE], modes[FrameKind.SLAB]]).toEqual([0, 1])
  })
  it('stand in order of time', () => {
    expect(ERAS.map((era) => era.position)).toEqual([0, 1, 2, 3, 4, 5])
  })
  it('are found by their exact id and suggested for a slip', () => {
    expect(findEra('v6.14')?.id).toBe('v6.14')
    expect(findEra('6.14')).toBeUndefined()
    expect([suggestEra('6.14'), suggestEra('memdisc'), suggestEra('windows')]).toEqual(['v6.14', 'memdesc', undefined])
  })
})
