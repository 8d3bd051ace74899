/** The whole machine in a narrow strip beside the map, with the part on screen framed. */
import { isBroken } from '../../../src-core/protocol/map-ink.ts'
import { FrameKind } from '../../../src-core/trace/fields.ts'
import type { CanvasSize } from '../../canvas/use-canvas.ts'
import type { Palette } from '../../theme/states.ts'
import { inkPixels, type InkedCells } from './inked-cells.ts'

export const MINIMAP_WIDTH = 44
const INSET = 4
const COLUMNS = MINIMAP_WIDTH - 2 * INSET

/** Frames behind each cell of a strip of this height: as many cells as it has room for. */
export function minimapShare(frames: number, height: number): number {
  const cells = Math.max(1, COLUMNS * Math.max(1, Math.floor(height - 2 * INSET)))
  return Math.max(1, Math.ceil(frames / Math.min(frames, cells)))
}

export interface MinimapShape {
  readonly rows: number
  readonly framesPerRow: number
}

export function minimapShape({ inks, framesPerCell }: InkedCells): MinimapShape {
  return { rows: Math.max(1, Math.ceil(inks.length / COLUMNS)), framesPerRow: COLUMNS * framesPerCell }
}

/** Frame at a height of the strip. */
export function minimapFrame(cells: InkedCells, y: number, height: number): number {
  const { rows, framesPerRow } = minimapShape(cells)
  const row = ((y - INSET) / Math.max(1, height - 2 * INSET)) * rows
  return Math.max(0, Math.floor(row * framesPerRow))
}

/** The strip as device pixels, kept until the cells, the colours or its size change. */
export class MinimapPicture {
  #canvas: HTMLCanvasElement | null = null
  #image: ImageData | null = null
  #key = ''

  draw(
    context: CanvasRenderingContext2D,
    size: CanvasSize,
    cells: InkedCells,
    colours: Palette,
    view: { readonly from: number; readonly to: number },
  ): void {
    const height = size.height - 2 * INSET
    const [w, h] = [Math.round(COLUMNS * size.ratio), Math.round(height * size.ratio)]
    if (w < 1 || h < 1) return
    const canvas = (this.#canvas ??= document.createElement('canvas'))
    const key = `${cells.by}/${cells.framesPerCell}/${cells.version}/${cells.inks.length}/${w}/${h}/${colours.theme}`
    if (key !== this.#key) {
      const target = canvas.getContext('2d')
      if (target === null) return
      if (canvas.width !== w || canvas.height !== h || this.#image === null) {
        canvas.width = w
        canvas.height = h
        this.#image = target.createImageData(w, h)
      }
      paintStrip(this.#image, cells, inkPixels(colours, cells.by), size.ratio)
      target.putImageData(this.#image, 0, 0)
      this.#key = key
    }
    context.drawImage(canvas, 0, 0, w, h, INSET, INSET, COLUMNS, height)
    frameView(context, size, cells, colours, view)
  }
}

/** A row of cells is a row of pixels or several; cells in use are made larger, so that none is missed. */
function paintStrip(image: ImageData, cells: InkedCells, colours: Uint32Array, ratio: number): void {
  const { width, height } = image
  const pixels = new Uint32Array(image.data.buffer)
  const { rows } = minimapShape(cells)
  const { inks } = cells
  const columnOf = Int32Array.from({ length: width }, (_each, x) => Math.min(COLUMNS - 1, Math.floor(x / ratio)))
  for (let y = 0; y < height; y++) {
    const first = Math.min(rows - 1, Math.floor((y * rows) / height)) * COLUMNS
    for (let x = 0; x < width; x++) {
      const cell = first + columnOf[x]!
      pixels[y * width + x] = cell < inks.length ? colours[inks[cell]!]! : 0
    }
  }
  for (let cell = 0; cell < inks.length; cell++) {
    const ink = inks[cell]!
    if (ink <= FrameKind.PCP) continue
    const half = Math.round((isBroken(ink) || ink === FrameKind.BAD ? 2 : 1) * ratio)
    const x = Math.round(((cell % COLUMNS) + 0.5) * ratio)
    const y = Math.round(((Math.floor(cell / COLUMNS) + 0.5) * height) / rows)
    const [left, right] = [Math.max(0, x - half), Math.min(width, x + half)]
    const colour = colours[ink]!
    for (let row = Math.max(0, y - half); row < Math.min(height, y + half); row++) {
      for (let at = row * width + left; at < row * width + right; at++) pixels[at] = colour
    }
  }
}

function frameView(
  context: CanvasRenderingContext2D,
  size: CanvasSize,
  cells: InkedCells,
  colours: Palette,
  view: { readonly from: number; readonly to: number },
): void {
  const { rows, framesPerRow } = minimapShape(cells)
  const scale = (size.height - 2 * INSET) / rows
  const top = INSET + (view.from / framesPerRow) * scale
  const bottom = INSET + (view.to / framesPerRow) * scale
  const box = Math.max(6, bottom - top)
  context.lineWidth = 1.5
  context.strokeStyle = colours.accent.css
  context.strokeRect(1, Math.min(top, size.height - box - 1), size.width - 2, box)
}
