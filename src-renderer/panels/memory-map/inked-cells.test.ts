import { describe, expect, it } from 'vitest'
import { Ink } from '../../../src-core/protocol/map-ink.ts'
import type { MapInks } from '../../../src-core/protocol/messages.ts'
import { FrameKind } from '../../../src-core/trace/fields.ts'
import { palette } from '../../theme/states.ts'
import { InkedCells, inkPixels } from './inked-cells.ts'
import { joinEntries, seenOfInks, type LegendEntry } from './legend.ts'

function answer(version: number, whole: boolean, runs: (readonly [from: number, to: number, ink: number])[]): MapInks {
  const column = (at: number): number[] => runs.map((run) => run[at]!)
  const [changed, broken, cells] = [new Uint32Array(0), new Uint32Array(0), new Uint8Array(0)]
  const [from, to] = [Uint32Array.from(column(0)), Uint32Array.from(column(1))]
  return { version, count: 4, whole, from, to, inks: Uint8Array.from(column(2)), cells, changed, broken }
}

describe('colours of cells', () => {
  it('are moved on by what changed, and remember what that was', () => {
    const cells = new InkedCells('owner', 8)
    cells.take(
      answer(1, true, [
        [0, 1, 0],
        [1, 3, 1],
        [3, 4, 16],
      ]),
    )
    expect([cells.version, cells.patch, ...cells.inks]).toEqual([1, null, 0, 1, 1, 16])
    cells.take(
      answer(2, false, [
        [0, 2, 17],
        [3, 4, 1],
      ]),
    )
    expect([...cells.inks]).toEqual([17, 17, 1, 1])
    expect([...cells.patch!.was]).toEqual([0, 1, 16])
    expect([cells.inkOf(7), cells.inkOf(16), cells.inkOf(99)]).toEqual([17, 1, 0])
    cells.take({ ...answer(3, true, []), cells: Uint8Array.of(5, 6, 7, 8) })
    expect([...cells.inks, cells.patch]).toEqual([5, 6, 7, 8, null])
  })

  it('have red for broken rules only', () => {
    const colours = palette('light')
    const red = colours.broken.pixel
    const pixels = inkPixels(colours, 'owner')
    expect([...pixels.keys()].filter((ink) => pixels[ink] === red)).toEqual([
      FrameKind.BAD,
      Ink.RIGHTS_LEFT,
      Ink.USED_INVALID,
    ])
    expect(pixels[Ink.CLASS + 10]).toBe(pixels[Ink.CLASS])
  })

  it('are all that the legend has to explain', () => {
    const counts = new Int32Array(256)
    counts[FrameKind.BUDDY] = 5
    counts[Ink.CLASS + 2] = 1
    counts[Ink.USED_INVALID] = 1
    const seen = seenOfInks(counts, 'owner')
    expect([[...seen.kinds], [...seen.owners], [...seen.counts], seen.marks]).toEqual([[FrameKind.BUDDY], [3], [], 4])
    expect([...seenOfInks(counts, 'references').counts]).toEqual([2])
  })
})

describe('a legend that takes the room of what it explains', () => {
  const entry = (id: string): LegendEntry => ({ id, words: id, tip: id, fill: '', letter: '', mark: '' })
  it('keeps its entries while only its own height changes what is on screen', () => {
    const [tall, low] = [['a', 'b', 'c'].map(entry), ['a', 'c'].map(entry)]
    // Three entries take two lines and hide the row with `b`: without it, one line, and the row is back.
    expect(joinEntries(low, tall)).toBe(tall)
    expect(joinEntries(tall, low)).toBe(tall)
    expect(joinEntries([entry('d')], low).map(({ id }) => id)).toEqual(['d', 'a', 'c'])
  })
})
