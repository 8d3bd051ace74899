import { describe, expect, it } from 'vitest'
import type { SpaceArea, SpaceView } from '../../../../src-core/protocol/messages.ts'
import { columnsFor, indexPages, keepPlace, layoutAddresses, rowOf, rowsBetween } from './address-layout.ts'
import { entryWords, fullAddress } from './address-words.ts'

const area = (kind: SpaceArea['kind'], page: number, pages: number): SpaceArea => ({
  kind,
  page,
  pages,
  name: '',
  detail: '',
  bytes: pages * 4096,
  allocation: 0,
  step: 0,
  file: '',
  line: 0,
})
const view = (areas: readonly SpaceArea[], pages: readonly number[]): SpaceView =>
  ({ id: 'vmalloc', pageShift: 12, areas, page: Float64Array.from(pages) }) as unknown as SpaceView
const rows = (of: SpaceView, columns = 8) =>
  layoutAddresses(of, indexPages(of), columns).rows.map((row) =>
    row.kind === 'head' ? 'head' : `${row.kind} ${row.page} ${row.count}`,
  )

describe('the rows of an address space', () => {
  it('put the guard page behind its area, and say what is left out between areas', () => {
    const of = view([area('area', 100, 3), area('guard', 103, 1), area('area', 200, 1), area('lazy', 201, 9)], [100])
    expect(rows(of)).toEqual(['head', 'pages 100 4', 'unused 104 96', 'head', 'pages 200 1', 'head', 'lazy 201 9'])
  })

  it('leave out many pages without an entry, and not a few', () => {
    expect(rows(view([area('area', 0, 32)], [0, 31]))).toEqual([
      'head',
      'pages 0 8',
      'pages 8 8',
      'pages 16 8',
      'pages 24 8',
    ])
    expect(rows(view([area('area', 0, 8000)], [0, 7999]))).toEqual([
      'head',
      'pages 0 8',
      'empty 8 7984',
      'pages 7992 8',
    ])
  })

  it('are found by height and by page', () => {
    const of = view(
      [area('area', 0, 400)],
      Array.from({ length: 400 }, (_, i) => i),
    )
    const layout = layoutAddresses(of, indexPages(of), 8)
    const seen = rowsBetween(layout, 300, 340)
    expect(seen.length).toBeGreaterThan(0)
    for (const row of seen) expect(row.y < 340 && row.y + row.height > 300).toBe(true)
    const row = layout.rows[rowOf(layout, 123)]!
    expect(row.kind === 'pages' && row.page <= 123 && 123 < row.page + row.count).toBe(true)
    expect(rowOf(layout, 400)).toBe(-1)
    expect([columnsFor(60), columnsFor(210), columnsFor(900)]).toEqual([4, 8, 32])
  })
})

describe('another width of the map', () => {
  const areas = [area('area', 16, 200), area('guard', 216, 1), area('area', 300, 5000), area('lazy', 5300, 40)]
  const used = [...Array.from({ length: 200 }, (_, i) => 16 + i), 300, 301, 2000, 5299]
  const of = view(areas, used)
  const [wide, narrow] = [32, 4].map((columns) => layoutAddresses(of, indexPages(of), columns))
  const shown = (layout: typeof wide, y: number) => layout!.rows.findLast((row) => row.y <= y)!

  it('shows the page at the anchor that it showed before, and going back is as it was', () => {
    for (const anchor of [0, 50])
      for (const row of wide!.rows) {
        const there = keepPlace(wide!, row.y - anchor, narrow!, anchor)
        const now = shown(narrow, there + anchor)
        if (row.kind === 'head') expect(now).toMatchObject({ kind: 'head', area: row.area })
        else expect(now.kind !== 'head' && now.page <= row.page && row.page < now.page + now.count).toBe(true)
        expect(keepPlace(narrow!, there, wide!, anchor)).toBeCloseTo(row.y - anchor)
      }
  })

  it('shows a page in the middle of a wide row in the narrow row that has it', () => {
    const row = wide!.rows.find((each) => each.kind === 'pages')!
    const there = keepPlace(wide!, row.y + row.height / 2, narrow!, 0)
    expect(shown(narrow, there)).toMatchObject({ kind: 'pages', page: 32 })
  })

  it('stays where it is without a row', () => {
    expect(keepPlace(layoutAddresses(view([], []), new Map(), 4), 7, narrow!, 0)).toBe(7)
  })
})

it('writes addresses and entries in full', () => {
  expect(fullAddress(view([area('area', 0xffff_c900_0000_0, 1)], []), 0xffff_c900_0000_0)).toBe('0xffff c900 0000 0000')
  expect(entryWords(1 | 2 | 4 | 8)).toBe('writable, dirty')
  expect(entryWords(2 | 4 | 256 | 512)).toBe('gone from the tables; a TLB still writes through it')
})
