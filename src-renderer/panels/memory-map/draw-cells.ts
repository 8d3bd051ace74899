/** Draws single frames when they are large enough to carry marks: pattern, edge, flag, outline, text. */
import { CellMark, NO_REFCOUNT } from '../../../src-core/protocol/messages.ts'
import { FrameKind } from '../../../src-core/trace/fields.ts'
import { pattern, type PatternName } from '../../canvas/patterns.ts'
import { fitText, measurer } from '../../canvas/text-fit.ts'
import { isFree, KINDS, type Palette } from '../../theme/states.ts'
import type { WordyCell } from './cell-words.ts'
import type { Rect } from './geometry.ts'
import { countOf, type ColourBy } from './colour-by.ts'
import { ownerInk, type CellFacts } from './windows.ts'

const MONO = '"JetBrains Mono Variable", "JetBrains Mono", ui-monospace, monospace'

/** Of the words in a large cell. */
const SMALL = `500 10px ${MONO}`

/** An object of a slab, as far as the map draws it. */
export interface SlabObject {
  readonly offset: number
  readonly bytes: number
  /** 0 = free. */
  readonly allocation: number
  readonly label: string
}

export interface CellBrush {
  readonly context: CanvasRenderingContext2D
  readonly colours: Palette
  readonly by: ColourBy
  readonly ratio: number
  /** Bytes of a frame. */
  readonly pageSize: number
  readonly selectedAllocation: number
  /** Physical address of the selected memory, -1 if none: marks its place in a slab after the free, too. */
  readonly selectedAddress: number
  readonly objectsOf: (pfn: number) => readonly SlabObject[] | null
  /** Takes the cells whose words come later, from where they are kept; null draws them at once. */
  readonly wordy: WordyCell[] | null
}

/** Cells from this width on show their slab's objects, which can be hit. */
export const OBJECTS_FROM = 40
const FLAG = 12

const KIND_PATTERN: Readonly<Partial<Record<number, PatternName>>> = {
  [FrameKind.SLAB]: 'rows',
  [FrameKind.VMALLOC]: 'columns',
  [FrameKind.TABLE]: 'dots',
}

interface Fill {
  readonly css: string
  readonly on: string
  readonly faint: string
}

/** Fill, ink on it, and the faint fill of the part of a slab that is not in use. */
export function fillOf(colours: Palette, by: ColourBy, cell: CellFacts): Fill {
  const { kind } = cell
  const plain = colours.kind[kind] ?? colours.ground
  const on = (colours.onKind[kind] ?? colours.text).css
  const neutral = { css: plain.css, on, faint: colours.kind[FrameKind.RESERVED]!.css }
  if (kind === FrameKind.BAD)
    return { css: colours.broken.css, on: colours.onBroken.css, faint: colours.brokenFaint.css }
  if (isFree(kind) || kind === FrameKind.RESERVED) return { ...neutral, on: colours.muted.css }
  const count = countOf(cell, by)
  if (count >= 0 || by === 'references') {
    const step = Math.max(0, Math.min(colours.references.length - 1, count))
    const css = colours.references[step]!.css
    return { css, on: colours.onReferences[step]!.css, faint: css }
  }
  if (by === 'zone') {
    const zone = cell.zone % colours.zones.length
    const { css } = colours.zones[zone]!
    return { css, on: colours.onZones[zone]!.css, faint: css }
  }
  const hue = by === 'kind' ? 0 : cell.owner
  if (hue === 0) return neutral
  const slot = (hue - 1) % colours.owner.length
  return { css: ownerInk(colours, hue).css, on: colours.onOwner.css, faint: colours.ownerFaint[slot]!.css }
}

/** Marks that lie over the words. */
const OVER_WORDS = CellMark.RIGHTS_LEFT | CellMark.USED_INVALID | CellMark.MAPPED

/** Draws one cell into `rect` (view pixels). */
export function drawCell(brush: CellBrush, cell: CellFacts, rect: Rect): void {
  const { context, colours } = brush
  const large = rect.width >= OBJECTS_FROM && rect.height >= 26
  const joined = (cell.marks & CellMark.TAIL) !== 0
  const x = joined ? rect.x - 1 : rect.x
  const width = rect.width - 1 + (joined ? 1 : 0)
  const { y } = rect
  const height = rect.height - 1
  const fill = fillOf(colours, brush.by, cell)
  const used = cell.kind > FrameKind.PCP
  const slab = cell.kind === FrameKind.SLAB && (brush.by === 'owner' || large)

  // On the faint part of a slab; a count has one colour for all of the frame.
  const onSlab = slab && fill.faint !== fill.css ? colours.text.css : fill.on
  context.fillStyle = slab && cell.fill < 255 ? fill.faint : fill.css
  context.fillRect(x, y, width, height)
  if (slab && cell.fill > 0 && cell.fill < 255 && !large) {
    const part = Math.max(2, Math.round((height * cell.fill) / 255))
    context.fillStyle = fill.css
    context.fillRect(x, y + height - part, width, part)
  }
  if (brush.by === 'kind' && rect.width >= 10 && !large) drawPattern(brush, cell.kind, x, y, width, height)
  if (large && brush.wordy !== null && !slab && (cell.marks & OVER_WORDS) === 0)
    brush.wordy.push({ pfn: cell.pfn, box: { x, y, width, height }, ink: onSlab })
  else if (large) drawWords(brush, cell, { x, y, width, height }, onSlab)
  else if (used && rect.width >= 15) drawLetter(brush, cell, rect, cell.fill < 160 ? onSlab : fill.on)
  drawMarks(brush, cell, { x, y, width, height }, large, onSlab)
}

function drawPattern(brush: CellBrush, kind: number, x: number, y: number, width: number, height: number): void {
  const name = KIND_PATTERN[kind]
  if (name === undefined) return
  const { context, colours, ratio } = brush
  context.globalAlpha = 0.35
  context.fillStyle = pattern(context, name, (colours.onKind[kind] ?? colours.text).css, ratio)
  context.fillRect(x, y, width, height)
  context.globalAlpha = 1
}

function drawLetter(brush: CellBrush, cell: CellFacts, rect: Rect, color: string): void {
  const { context } = brush
  context.font = `600 ${Math.min(12, Math.floor(rect.width * 0.55))}px ${MONO}`
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.fillStyle = color
  context.fillText(KINDS[cell.kind]?.letter ?? '', rect.x + (rect.width - 1) / 2, rect.y + rect.height / 2)
  context.textAlign = 'left'
}

/** What a large cell says of itself in words and numbers, in the colour `color`. */
export function drawWords(brush: CellBrush, cell: CellFacts, box: Rect, color: string): void {
  const { context, colours } = brush
  context.font = SMALL
  context.textBaseline = 'alphabetic'
  context.fillStyle = color
  const used = cell.kind > FrameKind.PCP
  const inner = box.width - 8
  const measured = measurer(context, SMALL)
  const digits = cell.pfn.toString(16).padStart(4, '0')
  context.fillText(fitText(measured, digits, inner), box.x + 4, box.y + 12)
  if (!used) return
  const references = cell.refcount === NO_REFCOUNT ? '' : String(cell.refcount)
  const wide = measured(references)
  const flag = (cell.marks & CellMark.USED_INVALID) !== 0 ? FLAG + 2 : 0
  const room = inner - measured(digits) - flag
  if (cell.kind !== FrameKind.BAD && room > wide + 6) {
    context.fillText(references, box.x + box.width - 4 - wide - flag, box.y + 12)
  }
  const objects = cell.kind === FrameKind.SLAB ? brush.objectsOf(cell.pfn) : null
  if (objects !== null && objects.length > 0) {
    drawObjects(brush, cell, objects, box)
    return
  }
  context.fillText(fitText(measured, KINDS[cell.kind]?.name ?? '', inner), box.x + 4, box.y + box.height - 6)
  context.fillStyle = colours.text.css
}

/** The objects of a slab as sub-cells in the lower part of its frame; the selected one is framed. */
function drawObjects(brush: CellBrush, cell: CellFacts, objects: readonly SlabObject[], box: Rect): void {
  const { context, colours } = brush
  const fill = fillOf(colours, brush.by, cell)
  const scale = (box.width - 6) / brush.pageSize
  const top = box.y + 17
  const height = Math.max(6, box.height - 20)
  for (const object of objects) {
    if (object.offset >= brush.pageSize) continue
    const x = box.x + 3 + object.offset * scale
    const width = Math.max(1.5, Math.min(object.bytes, brush.pageSize - object.offset) * scale - 0.75)
    context.fillStyle = object.allocation > 0 ? fill.css : colours.ground.css
    context.fillRect(x, top, width, height)
    const place = cell.pfn * brush.pageSize + object.offset === brush.selectedAddress
    if (place && object.allocation !== brush.selectedAllocation) {
      context.fillStyle = pattern(context, 'cross-hatch', colours.muted.css, brush.ratio)
      context.fillRect(x, top, width, height)
    }
    if (place || (object.allocation > 0 && object.allocation === brush.selectedAllocation)) {
      context.lineWidth = 1.5
      context.strokeStyle = colours.accent.css
      context.strokeRect(x - 0.5, top - 1, width + 1, height + 2)
    }
  }
}

function drawMarks(brush: CellBrush, cell: CellFacts, box: Rect, large: boolean, ink: string): void {
  const { context, colours, ratio } = brush
  const { x, y, width, height } = box
  const small = width < 9
  if ((cell.marks & CellMark.MAPPED) !== 0 && !small) {
    context.strokeStyle = ink
    context.lineWidth = 1.5
    context.strokeRect(x + 1.5, y + 1.5, width - 3, height - 3)
  }
  if ((cell.marks & CellMark.REFERENCED) !== 0 && !small && !large) {
    context.fillStyle = ink
    context.fillRect(x + 2, y, 2, Math.max(3, height / 4))
  }
  if ((cell.marks & CellMark.RIGHTS_LEFT) !== 0) {
    if (!small) {
      context.globalAlpha = 0.55
      context.fillStyle = pattern(context, 'cross-hatch', colours.broken.css, ratio)
      context.fillRect(x, y, width, height)
      context.globalAlpha = 1
    }
    const edge = small ? 1 : 2
    context.strokeStyle = colours.broken.css
    context.lineWidth = edge
    context.strokeRect(x + edge / 2, y + edge / 2, width - edge, height - edge)
  }
  if ((cell.marks & CellMark.USED_INVALID) !== 0) drawFlag(context, colours, x + width, y, Math.min(FLAG, width * 0.6))
}

/** The red flag of a use while invalid: its pole stands at `right`, it waves to the left, from `top` down. */
export function drawFlag(
  context: CanvasRenderingContext2D,
  colours: Palette,
  right: number,
  top: number,
  size: number,
): void {
  context.fillStyle = colours.broken.css
  context.strokeStyle = colours.ground.css
  context.lineWidth = 1
  context.beginPath()
  context.moveTo(right, top)
  context.lineTo(right - size, top)
  context.lineTo(right - size * 0.55, top + size * 0.35)
  context.lineTo(right - size, top + size * 0.7)
  context.lineTo(right - 2, top + size * 0.7)
  context.lineTo(right - 2, top + size * 1.15)
  context.lineTo(right, top + size * 1.15)
  context.closePath()
  context.stroke()
  context.fill()
}
