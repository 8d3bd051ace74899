/** The whole machine in a narrow strip beside the map, with the part on screen framed. */
import { CellMark, type MapCells } from '../../../src-core/protocol/messages.ts'
import type { CanvasSize } from '../../canvas/use-canvas.ts'
import type { Palette } from '../../theme/states.ts'
import { paintCells, ownerInk, pixelTable } from './windows.ts'

export const MINIMAP_WIDTH = 44
const INSET = 4

/** Cells that a strip of this height can show. */
export function minimapCells(height: number): number {
  return Math.max(1, (MINIMAP_WIDTH - 2 * INSET) * Math.max(1, Math.floor(height - 2 * INSET)))
}

export interface MinimapShape {
  readonly columns: number
  readonly rows: number
  readonly framesPerRow: number
}

export function minimapShape(cells: MapCells): MinimapShape {
  const columns = MINIMAP_WIDTH - 2 * INSET
  return {
    columns,
    rows: Math.max(1, Math.ceil(cells.kind.length / columns)),
    framesPerRow: columns * cells.framesPerCell,
  }
}

/** Frame at a height of the strip. */
export function minimapFrame(cells: MapCells, y: number, height: number): number {
  const { rows, framesPerRow } = minimapShape(cells)
  const row = ((y - INSET) / Math.max(1, height - 2 * INSET)) * rows
  return cells.from + Math.max(0, Math.floor(row * framesPerRow))
}

export function drawMinimap(
  context: CanvasRenderingContext2D,
  size: CanvasSize,
  cells: MapCells,
  colours: Palette,
  view: { readonly from: number; readonly to: number },
): void {
  const { columns, rows, framesPerRow } = minimapShape(cells)
  const buffer = document.createElement('canvas')
  buffer.width = columns
  buffer.height = rows
  const target = buffer.getContext('2d')
  if (target === null) return
  const image = target.createImageData(columns, rows)
  paintCells(new Uint32Array(image.data.buffer), 0, cells, 0, cells.kind.length, pixelTable(colours, 'owner'), 'owner')
  target.putImageData(image, 0, 0)
  const height = size.height - 2 * INSET
  const scale = height / rows
  context.imageSmoothingEnabled = false
  context.drawImage(buffer, 0, 0, columns, rows, INSET, INSET, columns, height)

  let drawn = 0
  for (let at = 0; at < cells.owner.length && drawn < 3000; at++) {
    const broken = (cells.marks[at]! & (CellMark.RIGHTS_LEFT | CellMark.USED_INVALID)) !== 0
    if (cells.owner[at] === 0 && !broken) continue
    const [x, y] = [INSET + (at % columns), INSET + Math.floor(at / columns) * scale]
    context.fillStyle = broken ? colours.broken.css : ownerInk(colours, cells.owner[at]!).css
    const half = broken ? 2 : 1
    context.fillRect(x - half + 0.5, y - half + scale / 2, 2 * half, 2 * half)
    drawn += 1
  }

  const top = INSET + ((view.from - cells.from) / framesPerRow) * scale
  const bottom = INSET + ((view.to - cells.from) / framesPerRow) * scale
  const box = Math.max(6, bottom - top)
  context.lineWidth = 1.5
  context.strokeStyle = colours.accent.css
  context.strokeRect(1, Math.min(top, size.height - box - 1), size.width - 2, box)
}
