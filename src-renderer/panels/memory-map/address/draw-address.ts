/** Draws the addresses of a space: the line of each area, its pages in rows, and what is left out between them. */
import { CellMark } from '../../../../src-core/protocol/messages.ts'
import { count } from '../../../canvas/number-format.ts'
import { pattern } from '../../../canvas/patterns.ts'
import { fitText, measurer } from '../../../canvas/text-fit.ts'
import type { CanvasSize } from '../../../canvas/use-canvas.ts'
import { drawCell, fillOf, type CellBrush } from '../draw-cells.ts'
import type { Rect } from '../geometry.ts'
import { CELL, rowsBetween, type Row } from './address-layout.ts'
import { factsOf, type AddressScene } from './address-scene.ts'
import { addressDigits, sizeOf } from './address-words.ts'
import { drawEmptyPage, drawEntryMarks, drawGuardPage } from './entry-marks.ts'
import { drawLinks } from './draw-links.ts'

const SANS = '"Inter Variable", Inter, system-ui, sans-serif'
const MONO = '"JetBrains Mono Variable", "JetBrains Mono", ui-monospace, monospace'

export function drawAddresses(context: CanvasRenderingContext2D, size: CanvasSize, scene: AddressScene): void {
  context.save()
  context.beginPath()
  context.rect(0, 0, size.width, size.height)
  context.clip()
  const boxed = drawLinks(context, size, scene)
  for (const row of rowsBetween(scene.layout, scene.scroll, scene.scroll + size.height)) {
    if (row.kind === 'head') drawHead(context, size, scene, row, boxed)
    else if (row.kind === 'pages') drawPages(context, size, scene, row)
    else drawLine(context, size, scene, row)
  }
  context.restore()
}

/** Rectangle of a page's cell on the canvas. */
export function pageRect(scene: Pick<AddressScene, 'places' | 'scroll'>, row: Row, column: number): Rect {
  return { x: scene.places.cells + column * CELL, y: row.y - scene.scroll, width: CELL, height: CELL }
}

/** Rectangle of one entry: all of the cell, or its share where a page has several. */
export function entryRect(cell: Rect, nth: number, of: number): Rect {
  const height = Math.floor((CELL - 2) / of)
  return { x: cell.x, y: cell.y + nth * height, width: CELL - 2, height: height - (of > 1 ? 1 : 0) }
}

/** `boxed`: height down to which boxes of frames lie; below it, words have room up to the strip of the machine. */
function drawHead(
  context: CanvasRenderingContext2D,
  size: CanvasSize,
  scene: AddressScene,
  row: Row,
  boxed: number,
): void {
  const { view, places, colours } = scene
  const area = view.areas[row.area]!
  const y = row.y - scene.scroll + row.height / 2 + 1
  const hovered = scene.hoveredArea === row.area
  context.textBaseline = 'middle'
  context.textAlign = 'left'
  const end = (y - 8 < boxed ? places.boxes : places.strip < 0 ? size.width : places.strip) - 8
  const room = end - places.cells
  context.font = `600 11px ${SANS}`
  const measure = measurer(context)
  const name = fitText(measure, area.name === '' ? '(no name)' : area.name, room)
  context.fillStyle = area.kind === 'left' ? colours.warning.css : hovered ? colours.accent.css : colours.text.css
  context.fillText(name, places.cells, y)
  const at = places.cells + measure(name) + 8
  context.font = `400 11px ${SANS}`
  context.fillStyle = colours.muted.css
  const detail = [sizeOf(view, area.pages), area.detail].filter((each) => each !== '').join(' · ')
  const left = end - at
  if (left > 24) {
    const words = fitText(measurer(context), detail, left)
    // Lines to frames run behind: the words stay legible.
    context.globalAlpha = 0.85
    context.fillStyle = colours.ground.css
    context.fillRect(at - 2, y - 8, measurer(context)(words) + 4, 15)
    context.globalAlpha = 1
    context.fillStyle = colours.muted.css
    context.fillText(words, at, y)
  }
  drawAddress(context, scene, area.page, y)
}

function drawAddress(context: CanvasRenderingContext2D, scene: AddressScene, page: number, y: number): void {
  context.font = `400 10px ${MONO}`
  context.fillStyle = scene.colours.muted.css
  context.textBaseline = 'middle'
  context.textAlign = 'left'
  context.fillText(addressDigits(scene.view, page), 6, y)
}

function drawPages(context: CanvasRenderingContext2D, size: CanvasSize, scene: AddressScene, row: Row): void {
  if (row.kind !== 'pages') return
  const { view, index, colours } = scene
  const area = view.areas[row.area]!
  const brush: CellBrush = {
    context,
    colours,
    by: scene.by,
    ratio: size.ratio,
    pageSize: scene.frameBytes,
    selectedAllocation: 0,
    selectedAddress: -1,
    objectsOf: () => null,
    wordy: null,
  }
  if (row.page !== area.page) drawAddress(context, scene, row.page, row.y - scene.scroll + CELL / 2)
  for (let i = 0; i < row.count; i++) {
    const page = row.page + i
    const cell = pageRect(scene, row, i)
    const entries = index.get(page)
    if (page >= area.page + area.pages) drawGuardPage(brush, entryRect(cell, 0, 1))
    else if (entries === undefined) drawEmptyPage(brush, entryRect(cell, 0, 1))
    else entries.forEach((at, nth) => drawEntry(brush, scene, at, entryRect(cell, nth, entries.length)))
    if (page === scene.focusPage) outline(context, scene, entryRect(cell, 0, 1), 'focus')
  }
}

function drawEntry(brush: CellBrush, scene: AddressScene, at: number, box: Rect): void {
  const { view, colours, by, selected, hoveredPfn } = scene
  const facts = factsOf(view, at)
  // The cell draws its own gap to the right and below.
  drawCell(brush, { ...facts, marks: facts.marks & ~0x60 }, { ...box, width: box.width + 1, height: box.height + 1 })
  drawEntryMarks(brush, view.bits[at]!, box, fillOf(colours, by, facts).on, isBroken(facts.marks))
  const { pfn } = facts
  if (selected !== null && pfn >= selected.pfn && pfn < selected.pfn + Math.max(1, selected.frames))
    outline(brush.context, scene, box, 'select')
  else if (pfn === hoveredPfn) outline(brush.context, scene, box, 'hover')
}

const isBroken = (marks: number): boolean => (marks & (CellMark.RIGHTS_LEFT | CellMark.USED_INVALID)) !== 0

function outline(
  context: CanvasRenderingContext2D,
  { colours }: AddressScene,
  { x, y, width, height }: Rect,
  how: 'select' | 'hover' | 'focus',
): void {
  context.strokeStyle = colours.ground.css
  context.lineWidth = 4
  context.strokeRect(x - 0.5, y - 0.5, width + 1, height + 1)
  context.strokeStyle = colours.accent.css
  context.lineWidth = how === 'hover' ? 1 : 2
  if (how === 'focus') context.setLineDash([2, 2])
  context.strokeRect(x - 0.5, y - 0.5, width + 1, height + 1)
  context.setLineDash([])
}

const LINE_WORDS = { unused: 'not used', empty: 'without an entry', lazy: 'freed, waits for a purge' } as const

/** One line for addresses that are left out. */
function drawLine(context: CanvasRenderingContext2D, size: CanvasSize, scene: AddressScene, row: Row): void {
  if (row.kind === 'head' || row.kind === 'pages') return
  const { view, places, colours } = scene
  const y = row.y - scene.scroll
  const middle = y + row.height / 2
  const words = `${sizeOf(view, row.count)} ${LINE_WORDS[row.kind]} (${count(row.count, 'page')})`
  context.font = `400 11px ${SANS}`
  context.textBaseline = 'middle'
  context.textAlign = 'left'
  const width = places.columns * CELL - 2
  if (row.kind === 'lazy') {
    context.globalAlpha = 0.4
    context.fillStyle = pattern(context, 'diagonal', colours.muted.css, size.ratio)
    context.fillRect(places.cells, y + 1, width, row.height - 3)
    context.globalAlpha = 1
    const text = measurer(context)(words)
    context.fillStyle = colours.ground.css
    context.fillRect(places.cells + 6, y + 2, text + 8, row.height - 5)
  } else {
    context.strokeStyle = colours.hairline.css
    context.lineWidth = 1
    context.setLineDash([2, 3])
    context.beginPath()
    context.moveTo(places.cells, middle)
    context.lineTo(places.cells + 8, middle)
    context.stroke()
    context.setLineDash([])
  }
  context.fillStyle = colours.muted.css
  context.fillText(words, places.cells + 10, middle)
  if (row.kind !== 'lazy') drawAddress(context, scene, row.page, middle)
}
