import { describe, expect, it } from 'vitest'
import {
  cellRect,
  clampScroll,
  fitAll,
  fitFrames,
  FITTED_FROM,
  frameAt,
  HEADER,
  interestingStretch,
  keepPlace,
  layoutMap,
  LEVELS,
  visibleRanges,
  zoomAbout,
} from './geometry.ts'

const ZONES = [
  { name: 'DMA', start: 1, end: 4096 },
  { name: 'DMA32', start: 4096, end: 16384 },
]
const WIDTH = 500

describe('the layout of the memory map', () => {
  it('gives every frame a cell and finds the frame again from the middle of its cell', () => {
    for (let level = 0; level < LEVELS.length; level++) {
      const layout = layoutMap(ZONES, WIDTH, level)
      for (const pfn of [1, 2, 7, 8, 255, 4095, 4096, 9999, 16383]) {
        const rect = cellRect(layout, pfn)!
        const back = frameAt(layout, rect.x + rect.width / 2, rect.y + rect.height / 2)
        expect(pfn - back).toBeGreaterThanOrEqual(0)
        expect(pfn - back).toBeLessThan(layout.framesPerCell)
        expect(rect.x + rect.width).toBeLessThanOrEqual(WIDTH)
      }
    }
  })

  it('zooms by steps of two at most, from the whole machine to the bytes of a frame', () => {
    LEVELS.slice(1).forEach((level, i) => expect(level / LEVELS[i]!).toBeLessThanOrEqual(2))
  })

  it('has no cell for a frame outside every zone, nor at a header or beside the rows', () => {
    const layout = layoutMap(ZONES, WIDTH, FITTED_FROM)
    expect(cellRect(layout, 0)).toBeNull()
    expect(cellRect(layout, 16384)).toBeNull()
    expect(frameAt(layout, 10, HEADER / 2)).toBe(-1)
    expect(frameAt(layout, WIDTH + 200, HEADER + 4)).toBe(-1)
    expect(frameAt(layout, 2, HEADER + 6)).toBe(-1)
    expect(frameAt(layout, layout.cellWidth + 2, HEADER + 6)).toBe(1)
  })

  it('puts several frames behind a cell when a machine has more frames than pixels', () => {
    const layout = layoutMap([{ name: 'Normal', start: 0, end: 1 << 20 }], WIDTH, LEVELS.length - 1)
    expect(layout.framesPerCell).toBeGreaterThan(1)
    expect(layout.cellWidth).toBeGreaterThanOrEqual(1)
    expect(layout.columns * layout.framesPerCell).toBeGreaterThanOrEqual(layout.framesPerRow)
  })

  it('keeps the frame under the pointer at its height when zooming', () => {
    const before = layoutMap(ZONES, WIDTH, 8)
    const scroll = 300
    const point = { x: 101, y: 120 }
    const pfn = frameAt(before, point.x, point.y + scroll)
    const after = layoutMap(ZONES, WIDTH, 5)
    const moved = zoomAbout(before, scroll, point, after, 260)
    const rect = cellRect(after, pfn)!
    expect(Math.abs(rect.y + rect.height / 2 - moved - point.y)).toBeLessThanOrEqual(rect.height)
  })

  it('keeps its place when it gets another width, at every zoom', () => {
    for (let level = 0; level < LEVELS.length; level++) {
      const wide = layoutMap(ZONES, WIDTH, level)
      const narrow = layoutMap(ZONES, WIDTH / 3, level)
      for (const pfn of [1, 4095, 4096, 9999]) {
        for (const anchor of [0, 130]) {
          const scroll = cellRect(wide, pfn)!.y - anchor
          const there = keepPlace(wide, scroll, narrow, anchor)
          expect(there + anchor).toBeCloseTo(cellRect(narrow, pfn)!.y)
          expect(keepPlace(narrow, there, wide, anchor)).toBeCloseTo(scroll)
        }
      }
      const header = wide.sections[1]!.top + 5
      expect(keepPlace(wide, header, narrow, 0)).toBe(narrow.sections[1]!.top + 5)
    }
  })

  it('does not scroll beyond the ends', () => {
    const layout = layoutMap(ZONES, WIDTH, FITTED_FROM)
    expect(clampScroll(layout, -5, 200)).toBe(0)
    expect(clampScroll(layout, 1e9, 200)).toBe(layout.height - 200)
    expect(clampScroll(layoutMap([{ name: 'DMA', start: 0, end: 8 }], WIDTH, FITTED_FROM), 50, 900)).toBe(0)
  })

  it('fits a few frames large and the whole machine small', () => {
    const near = fitFrames(ZONES, WIDTH, 260, 6000, 6020)
    const layout = layoutMap(ZONES, WIDTH, near.level)
    const rect = cellRect(layout, 6010)!
    expect(rect.y).toBeGreaterThanOrEqual(near.scroll)
    expect(rect.y + rect.height).toBeLessThanOrEqual(near.scroll + 260)
    expect(layout.cellWidth).toBeGreaterThan(20)
    expect(layoutMap(ZONES, WIDTH, fitAll(ZONES, WIDTH, 300)).height).toBeLessThanOrEqual(300)
  })

  it('asks only for the rows between two heights, cut at the zones', () => {
    const layout = layoutMap(ZONES, WIDTH, FITTED_FROM)
    const [dma, normal] = layout.sections
    const ranges = visibleRanges(layout, normal!.top - 2 * layout.cellHeight, normal!.body + layout.cellHeight)
    expect(ranges.map((each) => each.section.name)).toEqual(['DMA', 'DMA32'])
    expect(ranges[0]!.to).toBe(dma!.end)
    expect(ranges[1]).toMatchObject({ from: 4096, to: 4104 })
  })

  it('looks first at the frames around the problem and leaves far ones out', () => {
    const touched = [
      { pfn: 6000, frames: 1 },
      { pfn: 6010, frames: 4 },
      { pfn: 40, frames: 1 },
    ]
    expect(interestingStretch(touched, 6012, 200)).toEqual({ from: 6000, to: 6014 })
    expect(interestingStretch(touched, 6012, 100_000)).toEqual({ from: 40, to: 6014 })
    expect(interestingStretch([], 0, 10)).toBeNull()
  })
})
