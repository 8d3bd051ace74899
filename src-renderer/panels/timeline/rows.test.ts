import { describe, expect, it } from 'vitest'
import type { TimelineBar } from '../../../src-core/protocol/messages.ts'
import { layoutRows } from './rows.ts'

const bar = (allocation: number, from: number, to: number, rights: TimelineBar['rights'] = []): TimelineBar => ({
  allocation,
  label: `m${allocation}`,
  kind: 'slab-object',
  owner: 0,
  from,
  to,
  freed: true,
  ticks: [],
  moves: [],
  rights,
  address: '0xffff888000104100',
  bytes: 256,
})
const NO_USES = new Map<number, number[]>()

describe('rows of the timeline', () => {
  it('gives each of a few memories its own row, oldest first', () => {
    const layout = layoutRows([bar(2, 5, 9), bar(1, 1, 3)], NO_USES)
    expect(layout.packed).toBe(false)
    expect(layout.bars.map((each) => [each.bar.allocation, each.row])).toEqual([
      [1, 0],
      [2, 1],
    ])
  })

  it('packs many memories so that bars of one row never overlap', () => {
    const many = Array.from({ length: 500 }, (_, i) => bar(i + 1, (i * 37) % 900, ((i * 37) % 900) + 5 + (i % 40)))
    const layout = layoutRows(many, NO_USES)
    expect(layout.packed).toBe(true)
    expect(layout.rows.length).toBeLessThan(100)
    for (const row of layout.rows.keys()) {
      const inRow = layout.bars.filter((each) => each.row === row)
      for (let i = 1; i < inRow.length; i++) expect(inRow[i]!.bar.from).toBeGreaterThan(inRow[i - 1]!.until)
    }
  })

  it('puts rights that overlap below each other and makes the row tall enough', () => {
    const right = (from: number, to: number): TimelineBar['rights'][number] => ({
      kind: 'page-reference',
      from,
      to,
      holder: 0,
    })
    const layout = layoutRows([bar(1, 1, 9, [right(2, 5), right(3, 8), right(6, 9)])], NO_USES)
    expect(layout.bars[0]!.rights.map((each) => each.lane)).toEqual([0, 1, 0])
    expect(layout.rows[0]!.height).toBeGreaterThan(layoutRows([bar(1, 1, 9)], NO_USES).rows[0]!.height)
  })

  it('gives each right of an unfolded memory a row with room for its name', () => {
    const right = { kind: 'page-reference', from: 2, to: 3, holder: 0 }
    const many = Array.from({ length: 9 }, (_, i) => ({ ...right, from: 2 + i, to: 3 + i }))
    const folded = layoutRows([bar(1, 1, 20, many)], NO_USES)
    const open = layoutRows([bar(1, 1, 20, many)], NO_USES, { unfolded: new Set([1]), pinned: new Set() })
    expect(open.bars[0]!.rights.map((each) => each.lane)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
    expect(open.height - folded.height).toBeGreaterThan(100)
  })

  it('puts pinned memories first, in rows of their own', () => {
    const many = Array.from({ length: 200 }, (_, i) => bar(i + 1, i * 3, i * 3 + 2))
    const layout = layoutRows(many, NO_USES, { unfolded: new Set(), pinned: new Set([150]) })
    expect(layout.bars[0]!.bar.allocation).toBe(150)
    expect(layout.bars.filter((each) => each.row === 0).length).toBe(1)
  })

  it('reaches as far as the last use after the free', () => {
    expect(layoutRows([bar(1, 1, 5)], new Map([[1, [9]]])).bars[0]!.until).toBe(9)
  })
})
