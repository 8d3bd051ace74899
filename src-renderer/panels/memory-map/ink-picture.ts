/**
 * Cells smaller than marks, as a picture: a pixel a cell, looked up in a palette, enlarged without smoothing. Runs of
 * one colour are filled; from one step to the next only the pixels of cells with another colour are written.
 */
import { runEnd } from '../../../src-core/protocol/ink-runs.ts'
import type { ThemeName } from '../../theme/states.ts'
import { palette } from '../../theme/states.ts'
import { GUTTER } from './gutter.ts'
import type { MapLayout, VisibleRange } from './geometry.ts'
import { inkPixels, type InkedCells, type InkPatch } from './inked-cells.ts'

/** Where the rows of a range lie in the picture. */
interface Band {
  readonly range: VisibleRange
  /** First row of the picture, and how many. */
  readonly row: number
  readonly rows: number
  /** First cell and the cell after the last; add `shift` for the pixel of a cell. */
  readonly first: number
  readonly end: number
  readonly shift: number
}

export class InkPicture {
  /** By ink: cells of the picture that have it. */
  readonly counts = new Int32Array(256)
  #canvas: HTMLCanvasElement | null = null
  #context: CanvasRenderingContext2D | null = null
  #image: ImageData | null = null
  #pixels = new Uint32Array(0)
  #bands: readonly Band[] = []
  #cells: InkedCells | null = null
  #version = 0
  #key = ''

  /** Draws the ranges. The colours are those that the cells were asked for by. */
  draw(
    context: CanvasRenderingContext2D,
    layout: MapLayout,
    scroll: number,
    ranges: readonly VisibleRange[],
    cells: InkedCells,
    theme: ThemeName,
  ): void {
    if (!this.#update(layout, ranges, cells, theme)) return
    context.imageSmoothingEnabled = false
    for (const { range, row, rows } of this.#bands) {
      const { section } = range
      const first = Math.floor(range.from / layout.framesPerRow)
      const top = section.body + (first - section.firstRow) * layout.cellHeight - scroll
      const [width, height] = [layout.columns * layout.cellWidth, rows * layout.cellHeight]
      context.drawImage(this.#canvas!, 0, row, layout.columns, rows, GUTTER, top, width, height)
    }
    context.imageSmoothingEnabled = true
  }

  /** Brings the picture up to date; false if there is nothing to draw. */
  #update(layout: MapLayout, ranges: readonly VisibleRange[], cells: InkedCells, theme: ThemeName): boolean {
    if (cells.version === 0 || ranges.length === 0) return false
    const spans = ranges.map(({ from, to }) => `${from}-${to}`).join(',')
    const key = `${layout.columns}/${layout.framesPerRow}/${theme}/${spans}`
    const known = this.#cells === cells && this.#key === key
    if (known && this.#version === cells.version) return true
    const colours = inkPixels(palette(theme), cells.by)
    if (known && this.#version === cells.version - 1 && cells.patch !== null)
      this.#change(cells.patch, colours, layout.columns)
    else {
      this.#bands = bandsOf(layout, ranges, cells)
      this.#paint(layout, cells, colours)
    }
    this.#cells = cells
    this.#version = cells.version
    this.#key = key
    return true
  }

  #paint(layout: MapLayout, cells: InkedCells, colours: Uint32Array): void {
    const { columns } = layout
    const rows = this.#bands.reduce((sum, band) => sum + band.rows, 0)
    this.#room(columns, rows)
    const pixels = this.#pixels
    const { counts } = this
    const { inks, words } = cells
    counts.fill(0)
    const straight = cells.framesPerCell === layout.framesPerCell
    let painted = 0
    for (const { row, rows, first, end, shift } of this.#bands) {
      // Cells before the first of a zone and after its last.
      pixels.fill(0, painted, first + shift)
      painted = (row + rows) * columns
      pixels.fill(0, end + shift, painted)
      if (straight) {
        for (let cell = first; cell < end;) {
          const next = runEnd(inks, words, cell, end)
          const ink = inks[cell]!
          counts[ink]! += next - cell
          pixels.fill(colours[ink]!, cell + shift, next + shift)
          cell = next
        }
        continue
      }
      // Answers for another zoom, until those for this one come.
      for (let cell = first; cell < end; cell++) {
        const ink = cells.inkOf(cell * layout.framesPerCell)
        counts[ink]! += 1
        pixels[cell + shift] = colours[ink]!
      }
    }
    this.#context!.putImageData(this.#image!, 0, 0)
  }

  #change(patch: InkPatch, colours: Uint32Array, columns: number): void {
    const { from, to, inks, was } = patch
    const { counts } = this
    const pixels = this.#pixels
    let [low, high] = [Infinity, -1]
    for (const { first, end, shift } of this.#bands) {
      for (let i = 0, at = 0; i < from.length; at += to[i]! - from[i]!, i++) {
        const start = Math.max(first, from[i]!)
        const stop = Math.min(end, to[i]!)
        if (stop <= start) continue
        const ink = inks[i]!
        counts[ink]! += stop - start
        for (let k = start; k < stop; k++) counts[was[at + k - from[i]!]!]! -= 1
        pixels.fill(colours[ink]!, start + shift, stop + shift)
        if (start + shift < low) low = start + shift
        if (stop + shift > high) high = stop + shift
      }
    }
    if (high < 0) return
    const top = Math.floor(low / columns)
    this.#context!.putImageData(this.#image!, 0, 0, 0, top, columns, Math.ceil(high / columns) - top)
  }

  /** A picture of at least this size. */
  #room(columns: number, rows: number): void {
    if (this.#image !== null && this.#image.width === columns && this.#image.height >= rows) return
    const canvas = (this.#canvas ??= document.createElement('canvas'))
    canvas.width = columns
    canvas.height = rows
    this.#context = canvas.getContext('2d')
    if (this.#context === null) throw new Error('This browser cannot draw on a canvas.')
    this.#image = this.#context.createImageData(columns, rows)
    this.#pixels = new Uint32Array(this.#image.data.buffer)
  }
}

/** Cells are numbered along the rows, so the pixels of a range are its cells moved by a constant. */
function bandsOf(layout: MapLayout, ranges: readonly VisibleRange[], cells: InkedCells): Band[] {
  const { framesPerRow, framesPerCell, columns } = layout
  const last = Math.ceil((cells.inks.length * cells.framesPerCell) / framesPerCell)
  let row = 0
  return ranges.map((range) => {
    const firstRow = Math.floor(range.from / framesPerRow)
    const rows = Math.ceil(range.to / framesPerRow) - firstRow
    const band = {
      range,
      row,
      rows,
      first: Math.floor(range.from / framesPerCell),
      end: Math.min(last, Math.ceil(range.to / framesPerCell)),
      shift: (row - firstRow) * columns,
    }
    row += rows
    return band
  })
}
