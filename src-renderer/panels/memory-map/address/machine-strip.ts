/** The whole machine in a narrow strip: where in physical memory the frames of an address space lie. */
import { CellMark, type MapCells } from '../../../../src-core/protocol/messages.ts'
import { FrameKind } from '../../../../src-core/trace/fields.ts'
import { isFree, type Palette } from '../../../theme/states.ts'
import type { Rect } from '../geometry.ts'

const COLUMNS = 36
const BROKEN = CellMark.RIGHTS_LEFT | CellMark.USED_INVALID
/** Dots of memory in use that are made larger, so that none is missed. */
const MOST_DOTS = 3000

/** Cells that a strip of this height can show. */
export function stripCells(height: number): number {
  return COLUMNS * Math.max(1, Math.floor(height - 8))
}

export interface StripShape {
  readonly rows: number
  readonly framesPerRow: number
}

export function stripShape({ kind, framesPerCell }: MapCells): StripShape {
  return { rows: Math.max(1, Math.ceil(kind.length / COLUMNS)), framesPerRow: COLUMNS * framesPerCell }
}

const painted = new WeakMap<MapCells, { readonly theme: string; readonly canvas: HTMLCanvasElement }>()

/** A pixel a cell; kept for as long as the answer of the core is. */
function pictureOf(cells: MapCells, colours: Palette): HTMLCanvasElement | null {
  const known = painted.get(cells)
  if (known?.theme === colours.theme) return known.canvas
  const canvas = document.createElement('canvas')
  canvas.width = COLUMNS
  canvas.height = stripShape(cells).rows
  const context = canvas.getContext('2d')
  if (context === null) return null
  const image = context.createImageData(canvas.width, canvas.height)
  const pixels = new Uint32Array(image.data.buffer)
  for (let at = 0; at < cells.kind.length; at++) pixels[at] = inkOf(cells, at, colours).pixel
  context.putImageData(image, 0, 0)
  painted.set(cells, { theme: colours.theme, canvas })
  return canvas
}

function inkOf({ kind, owner, marks }: MapCells, at: number, colours: Palette): Palette['ground'] {
  const [what, who] = [kind[at]!, owner[at]!]
  if ((marks[at]! & BROKEN) !== 0) return colours.broken
  const owned = who > 0 && !isFree(what) && what !== FrameKind.RESERVED && what !== FrameKind.BAD
  return owned ? colours.owner[(who - 1) % colours.owner.length]! : (colours.kind[what] ?? colours.ground)
}

export function paintStrip(context: CanvasRenderingContext2D, rect: Rect, cells: MapCells, colours: Palette): void {
  const picture = pictureOf(cells, colours)
  if (picture === null) return
  const { rows } = stripShape(cells)
  context.imageSmoothingEnabled = false
  context.drawImage(picture, 0, 0, COLUMNS, rows, rect.x, rect.y, rect.width, rect.height)
  let drawn = 0
  for (let at = 0; at < cells.owner.length && drawn < MOST_DOTS; at++) {
    const broken = (cells.marks[at]! & BROKEN) !== 0
    if (cells.owner[at] === 0 && !broken) continue
    const x = rect.x + (((at % COLUMNS) + 0.5) * rect.width) / COLUMNS
    const y = rect.y + ((Math.floor(at / COLUMNS) + 0.5) * rect.height) / rows
    const half = broken ? 2 : 1
    context.fillStyle = inkOf(cells, at, colours).css
    context.fillRect(x - half, y - half, 2 * half, 2 * half)
    drawn += 1
  }
}
