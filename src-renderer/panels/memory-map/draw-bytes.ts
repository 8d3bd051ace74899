/**
 * Draws the bytes of a frame: hex, the objects of a slab behind them and named beside them, poison and red zones where
 * the state says so.
 */
import { formatPfn } from '../../canvas/number-format.ts'
import { pattern, type PatternName } from '../../canvas/patterns.ts'
import { fitText, measurer } from '../../canvas/text-fit.ts'
import { byteMark } from '../../theme/byte-words.ts'
import { KINDS } from '../../theme/states.ts'
import { BYTE_LINE, byteRect, bytesPerLine, objectBeside, OFFSETS } from './byte-geometry.ts'
import { fillOf, type CellBrush, type SlabObject } from './draw-cells.ts'
import type { FrameBytes } from './frame-bytes.ts'
import type { Rect } from './geometry.ts'
import type { CellFacts } from './windows.ts'

const MONO = '"JetBrains Mono Variable", "JetBrains Mono", ui-monospace, monospace'

/** How marks of bytes look: the legend's swatches are the same. */
const PATTERNS: Readonly<Record<string, PatternName | undefined>> = {
  redZone: 'rows',
  redZoneBroken: 'rows',
  poison: 'dots',
  slabRecord: 'columns',
  slabPad: 'diagonal',
}

export interface BytesView {
  /** Null until the core answered. */
  readonly data: FrameBytes | null
  /** The step at the playhead: its bytes are marked. */
  readonly step: number
  /** Height of the view; lines outside of it are left out. */
  readonly height: number
  /** 1 right after a step, 0 when the flash is over. */
  readonly flash: number
  /** The stretch that the keyboard is at. */
  readonly focus: { readonly offset: number; readonly length: number } | null
}

export function drawFrameBytes(brush: CellBrush, cell: CellFacts, rect: Rect, view: BytesView): void {
  const { context, colours } = brush
  context.fillStyle = colours.hairline.css
  context.fillRect(rect.x, rect.y, rect.width, 1)
  context.textBaseline = 'middle'
  context.textAlign = 'left'
  context.font = `600 11px ${MONO}`
  context.fillStyle = colours.text.css
  const head = `${formatPfn(cell.pfn)} · ${KINDS[cell.kind]?.name ?? ''}`
  context.fillText(view.data === null ? `${head} · reading its bytes` : head, rect.x + 4, rect.y + 11)
  if (view.data === null) return
  const perLine = bytesPerLine(rect.width)
  const lines = Math.ceil(view.data.bytes.length / perLine)
  const top = byteRect(rect, 0).y
  const first = Math.max(0, Math.floor(-top / BYTE_LINE))
  const last = Math.min(lines, Math.ceil((view.height - top) / BYTE_LINE))
  const from = first * perLine
  const to = Math.min(view.data.bytes.length, last * perLine)
  for (const object of brush.objectsOf(cell.pfn) ?? []) {
    drawObject(brush, cell, rect, object, from, to)
    drawBeside(brush, rect, object, from, to)
  }
  context.font = `400 11px ${MONO}`
  for (let line = first; line < last; line++) {
    context.fillStyle = colours.muted.css
    const { y } = byteRect(rect, line * perLine)
    context.fillText((line * perLine).toString(16).padStart(3, '0'), rect.x + OFFSETS - 30, y + BYTE_LINE / 2)
  }
  for (let offset = from; offset < to; offset++) drawByte(brush, rect, view, view.data, offset)
}

/** A line beside the bytes of an object, with its name at the first of them; nothing where there is no room. */
function drawBeside(brush: CellBrush, rect: Rect, object: SlabObject, from: number, to: number): void {
  const beside = objectBeside(rect, object, from, to)
  if (beside === null) return
  const { context, colours } = brush
  const chosen = object.allocation > 0 && object.allocation === brush.selectedAllocation
  context.fillStyle = chosen ? colours.accent.css : colours.hairline.css
  context.fillRect(beside.x, beside.y + 1, 2, beside.height - 2)
  context.font = `400 11px ${MONO}`
  context.fillStyle = object.allocation > 0 ? colours.text.css : colours.muted.css
  const name = object.allocation > 0 ? object.label : 'free'
  const words = fitText(measurer(context), `${name} · ${object.bytes} B`, beside.room)
  if (words !== '') context.fillText(words, beside.x + 8, beside.y + BYTE_LINE / 2)
}

/** The bytes of an object in use on its owner's hue; each object, free or not, has an edge at its beginning. */
function drawObject(brush: CellBrush, cell: CellFacts, rect: Rect, object: SlabObject, from: number, to: number): void {
  const { context, colours } = brush
  const end = Math.min(object.offset + object.bytes, to)
  const perLine = bytesPerLine(rect.width)
  const fill = fillOf(colours, brush.by, cell)
  for (let offset = Math.max(object.offset, from); offset < end;) {
    const stop = Math.min(end, (Math.floor(offset / perLine) + 1) * perLine)
    const { x, y, width } = byteRect(rect, offset)
    if (object.allocation > 0) {
      context.fillStyle = fill.faint
      context.fillRect(x, y, (stop - offset) * width, BYTE_LINE)
    }
    if (object.allocation > 0 && object.allocation === brush.selectedAllocation) {
      context.fillStyle = colours.accent.css
      context.fillRect(x, y + BYTE_LINE - 1.5, (stop - offset) * width, 1.5)
    }
    offset = stop
  }
  if (object.offset < from || object.offset >= to) return
  const { x, y } = byteRect(rect, object.offset)
  context.fillStyle = object.allocation > 0 ? fill.css : colours.muted.css
  context.fillRect(x - 1, y, 2, BYTE_LINE)
}

function drawByte(brush: CellBrush, rect: Rect, view: BytesView, data: FrameBytes, offset: number): void {
  const { context, colours, ratio } = brush
  const { x, y, width, height } = byteRect(rect, offset)
  const painted = data.painted[offset]!
  const value = data.bytes[offset]!
  const changed = view.step > 0 && data.steps[offset] === view.step
  const mark = byteMark(data.regions[offset]!, painted)
  const name = PATTERNS[mark]
  if (name !== undefined) {
    const broken = mark === 'redZoneBroken'
    context.globalAlpha = broken ? 0.6 : 0.3
    context.fillStyle = pattern(context, name, broken ? colours.broken.css : colours.muted.css, ratio)
    context.fillRect(x, y, width, height)
    context.globalAlpha = 1
  }
  if (changed) {
    if (view.flash > 0) {
      context.globalAlpha = 0.75 * view.flash
      context.fillStyle = colours.flash.css
      context.fillRect(x, y, width, height)
      context.globalAlpha = 1
    }
    context.strokeStyle = colours.accent.css
    context.lineWidth = 1
    context.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1)
  }
  const { focus } = view
  if (focus !== null && offset >= focus.offset && offset < focus.offset + focus.length) {
    context.fillStyle = colours.text.css
    context.fillRect(x, y + height - 2, width, 2)
  }
  context.fillStyle = value === 0 && !changed ? colours.muted.css : colours.text.css
  context.fillText(value.toString(16).padStart(2, '0'), x + (width - 13) / 2, y + height / 2)
}
