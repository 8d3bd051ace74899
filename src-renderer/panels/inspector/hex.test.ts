import { describe, expect, it } from 'vitest'
import { ByteRegion, Painted } from '../../../src-core/protocol/messages.ts'
import { hexParts, hexRows } from './hex.ts'

describe('a hex dump', () => {
  it('has 16 bytes a row with their text', () => {
    const rows = hexRows(new TextEncoder().encode('struct page of a slab'), null)
    expect(rows).toHaveLength(2)
    expect(rows[0]).toMatchObject({ kind: 'bytes', offset: 0, text: 'struct page of a' })
    expect(rows[1]).toMatchObject({ kind: 'bytes', offset: 16, text: ' slab' })
  })

  it('folds equal rows but always shows the last one', () => {
    const rows = hexRows(new Uint8Array(256), null)
    expect(rows.map((each) => each.kind)).toEqual(['bytes', 'folded', 'bytes'])
    expect(rows[1]).toMatchObject({ rows: 14 })
    expect(rows[2]).toMatchObject({ offset: 240 })
  })

  it('marks the bytes that a step changed and never folds them away', () => {
    const now = new Uint8Array(64)
    now[33] = 0x6b
    const rows = hexRows(now, new Uint8Array(64))
    const changed = rows
      .flatMap((row) => (row.kind === 'bytes' ? row.bytes.map((b, i) => [b, row.offset + i] as const) : []))
      .filter(([byte]) => byte.changed)
    expect(changed).toEqual([[{ hex: '6b', changed: true, tone: 'plain', tip: '' }, 33]])
  })

  it('lists the parts of an object’s place, and how much of a red zone was written over', () => {
    const { LEFT_RED_ZONE, OBJECT, RIGHT_RED_ZONE } = ByteRegion
    const regions = Uint8Array.from([LEFT_RED_ZONE, LEFT_RED_ZONE, OBJECT, OBJECT, RIGHT_RED_ZONE])
    const painted = Uint8Array.from([Painted.RED_ACTIVE, Painted.NONE, 0, 0, Painted.RED_ACTIVE])
    const parts = hexParts({ steps: new Uint32Array(5), painted, regions }, 2)
    expect(parts.map(({ from, name, bytes, overwritten }) => [from, name, bytes, overwritten])).toEqual([
      ['-002', 'left red zone', 2, 1],
      ['+000', 'object', 2, 0],
      ['+002', 'right red zone', 1, 0],
    ])
    expect(hexParts({ steps: new Uint32Array(5), painted, regions: new Uint8Array(5) }, 0)).toEqual([])
  })

  it('calls a byte poison only where the core says so, and names the step that changed it', () => {
    const bytes = new Uint8Array(16).fill(0x6b)
    const painted = new Uint8Array(16)
    painted[1] = Painted.POISON_FREE
    const regions = new Uint8Array(16)
    const steps = new Uint32Array(16)
    steps[0] = 7
    const [row] = hexRows(bytes, null, { steps, painted, regions })
    const cells = row?.kind === 'bytes' ? row.bytes.slice(0, 2) : []
    expect(cells.map(({ tone, tip }) => [tone, tip])).toEqual([
      ['plain', 'changed last by step 7'],
      ['poison', 'POISON_FREE: the object is free; as it was at boot'],
    ])
  })
})
