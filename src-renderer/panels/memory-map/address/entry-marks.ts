/** The marks that an entry of a page table adds to the cell of its frame, each in one place of the cell. */
import { PageBit } from '../../../../src-core/protocol/messages.ts'
import { pattern } from '../../../canvas/patterns.ts'
import type { Palette } from '../../../theme/states.ts'
import type { Rect } from '../geometry.ts'

export interface MarkBrush {
  readonly context: CanvasRenderingContext2D
  readonly colours: Palette
  readonly ratio: number
}

/**
 * Draws the marks of an entry over its cell. `ink`: colour that is legible on the cell. `edged`: the cell has the edge
 * of a broken rule, which stays in sight.
 */
export function drawEntryMarks(
  { context, colours }: MarkBrush,
  bits: number,
  box: Rect,
  ink: string,
  edged: boolean,
): void {
  const { x, y, width, height } = box
  const has = (bit: number): boolean => (bits & bit) !== 0
  if (has(PageBit.WRITE)) {
    context.fillStyle = ink
    const long = has(PageBit.DIRTY) ? width - 6 : (width - 6) / 2
    context.fillRect(x + 3, y + height - 4, long, 2)
  }
  if (has(PageBit.SPECIAL)) {
    context.fillStyle = ink
    context.beginPath()
    context.moveTo(x, y)
    context.lineTo(x + 8, y)
    context.lineTo(x, y + 8)
    context.fill()
  }
  if (has(PageBit.PROT_NONE)) {
    context.strokeStyle = ink
    context.lineWidth = 1
    context.beginPath()
    context.moveTo(x + 2, y + height - 2)
    context.lineTo(x + width - 2, y + 2)
    context.stroke()
  }
  if (has(PageBit.CACHED) && !has(PageBit.STALE)) {
    context.strokeStyle = ink
    context.lineWidth = 1
    context.strokeRect(x + width - 6.5, y + 2.5, 4, 4)
  }
  if (has(PageBit.STALE | PageBit.LEFT | PageBit.FREED_TABLE)) {
    const inset = edged ? 4 : 1
    const frame = [x + inset, y + inset, width - 2 * inset, height - 2 * inset] as const
    context.strokeStyle = colours.ground.css
    context.lineWidth = 3
    context.strokeRect(...frame)
    context.strokeStyle = colours.warning.css
    context.lineWidth = 2
    context.setLineDash([4, 3])
    context.strokeRect(...frame)
    context.setLineDash([])
  }
}

/** A page of an area that leads nowhere. */
export function drawEmptyPage({ context, colours }: MarkBrush, { x, y, width, height }: Rect): void {
  context.strokeStyle = colours.muted.css
  context.globalAlpha = 0.45
  context.lineWidth = 1
  context.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1)
  context.globalAlpha = 1
}

/** A guard page: nothing is ever mapped there. */
export function drawGuardPage({ context, colours, ratio }: MarkBrush, { x, y, width, height }: Rect): void {
  context.fillStyle = pattern(context, 'cross-hatch', colours.muted.css, ratio)
  context.fillRect(x, y, width, height)
  context.strokeStyle = colours.muted.css
  context.lineWidth = 1
  context.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1)
}
