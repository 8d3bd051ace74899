import { describe, expect, it } from 'vitest'
import { FrameKind } from '../../../src-core/trace/fields.ts'
import { inkOfCell } from '../../../src-core/protocol/map-ink.ts'
import type { MapCells } from '../../../src-core/protocol/messages.ts'
import { palette } from '../../theme/states.ts'
import { COLOUR_BY, countOf, countWords, type ColourBy } from './colour-by.ts'
import { fillOf } from './draw-cells.ts'
import { inkPixels } from './inked-cells.ts'
import { factsAt } from './windows.ts'

/** Two frames in use, one free. */
const CELLS: MapCells = {
  from: 0,
  framesPerCell: 1,
  kind: Uint8Array.of(FrameKind.PAGE, FrameKind.PAGE, FrameKind.BUDDY),
  allocation: Uint32Array.of(1, 2, 0),
  owner: Uint8Array.of(1, 2, 0),
  refcount: Int32Array.of(1, 9, 0),
  mapcount: Int32Array.of(0, 2, 0),
  marks: new Uint8Array(3),
  fill: new Uint8Array(3),
  zone: Uint8Array.of(0, 1, 1),
  rights: Uint8Array.of(3, 2, 0),
  age: Uint8Array.of(4, 0, 0),
}
const COLOURS = palette('light')
const windows = [{ from: 0, to: 3, cells: CELLS }]

describe('the colour of a frame', () => {
  it.each(COLOUR_BY.map(([by]) => by))('by %s is the same pixel in small cells and in large ones', (by) => {
    const table = inkPixels(COLOURS, by)
    const pixels = [0, 1, 2].map((at) => table[inkOfCell(CELLS, at, by)]!)
    const large = [0, 1].map((pfn) => fillOf(COLOURS, by, factsAt(windows, pfn)!).css)
    const inks = [...COLOURS.owner, ...COLOURS.references, ...COLOURS.zones, ...COLOURS.kind]
    const css = (pixel: number): string[] => inks.filter((ink) => ink.pixel === pixel).map((ink) => ink.css)
    for (const at of [0, 1]) expect(css(pixels[at]!)).toContain(large[at])
    // A free frame is a free frame, whatever is counted.
    expect(pixels[2]).toBe(COLOURS.kind[FrameKind.BUDDY]!.pixel)
  })

  it('counts what its name says, and calls the scale by it', () => {
    const of = (by: ColourBy): number => countOf(factsAt(windows, 1)!, by)
    expect([of('references'), of('mapcount'), of('rights'), of('age'), of('zone')]).toEqual([9, 2, 2, 0, -1])
    expect(countWords('mapcount', 1)).toBe('1 mapping')
    expect(countWords('references', 4)).toBe('4 or more references')
    expect(countWords('age', 4)).toBe('oldest fifth')
  })
})
