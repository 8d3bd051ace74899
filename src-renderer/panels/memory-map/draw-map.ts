/** Draws the memory map: zones, rows and their addresses, cells, and the outlines of selection, pointer and focus. */
import { CellMark } from '../../../src-core/protocol/messages.ts'
import { count, formatBytes, formatPfn } from '../../canvas/number-format.ts'
import { fitFirst, measurer } from '../../canvas/text-fit.ts'
import type { CanvasSize } from '../../canvas/use-canvas.ts'
import type { Palette } from '../../theme/states.ts'
import { drawFrameBytes } from './draw-bytes.ts'
import { drawCell, type CellBrush, type SlabObject } from './draw-cells.ts'
import {
  cellRect,
  HEADER,
  type MapLayout,
  showsBytes,
  TALLEST_CELL,
  visibleRanges,
  type Rect,
  type VisibleRange,
  WHOLE_PIXELS_FROM,
} from './geometry.ts'
import type { ColourBy } from './colour-by.ts'
import type { FrameBytes } from './frame-bytes.ts'
import { cellIndex, factsAt, paintCells, pixelTable, type MapWindow, type PixelTable } from './windows.ts'

/** Width of the column of addresses left of the cells. */
export const GUTTER = 60

const SANS = '"Inter Variable", Inter, system-ui, sans-serif'
const MONO = '"JetBrains Mono Variable", "JetBrains Mono", ui-monospace, monospace'

/** A run of frames to outline. */
export interface FrameRun {
  readonly pfn: number
  readonly frames: number
}

export interface MapScene {
  readonly layout: MapLayout
  readonly scroll: number
  readonly windows: readonly MapWindow[]
  readonly colours: Palette
  readonly by: ColourBy
  readonly pageSize: number
  readonly selected: FrameRun | null
  readonly selectedAllocation: number
  readonly selectedAddress: number
  readonly hovered: FrameRun | null
  /** Frame with the keyboard focus, -1 when the map has none. */
  readonly focus: number
  /** 1 right after a step changed frames, 0 when the flash is over. */
  readonly flash: number
  readonly objectsOf: (pfn: number) => readonly SlabObject[] | null
  /** The step that is shown. */
  readonly step: number
  /** Bytes of a frame; asked for at the nearest zoom only. */
  readonly bytesOf: (pfn: number) => FrameBytes | null
}

export function drawMap(context: CanvasRenderingContext2D, size: CanvasSize, scene: MapScene): void {
  const { layout, scroll } = scene
  const ranges = visibleRanges(layout, scroll, scroll + size.height)
  context.save()
  context.beginPath()
  context.rect(0, 0, size.width, size.height)
  context.clip()
  if (layout.cellWidth < WHOLE_PIXELS_FROM) drawSmallCells(context, scene, ranges)
  else drawLargeCells(context, size, scene, ranges)
  if (scene.flash > 0 && !showsBytes(layout)) drawFlash(context, scene, ranges)
  outlineRun(context, scene, scene.hovered, 'hover')
  outlineRun(context, scene, scene.selected, 'select')
  if (scene.focus >= 0) outlineRun(context, scene, { pfn: scene.focus, frames: 1 }, 'focus')
  drawAddresses(context, size, scene, ranges)
  drawHeaders(context, size, scene)
  context.restore()
}

const toView = (scene: MapScene, rect: Rect): Rect => ({ ...rect, x: rect.x + GUTTER, y: rect.y - scene.scroll })

function drawLargeCells(
  context: CanvasRenderingContext2D,
  size: CanvasSize,
  scene: MapScene,
  ranges: readonly VisibleRange[],
): void {
  const { layout } = scene
  const brush: CellBrush = {
    context,
    colours: scene.colours,
    by: scene.by,
    ratio: size.ratio,
    pageSize: scene.pageSize,
    selectedAllocation: scene.selectedAllocation,
    selectedAddress: scene.selectedAddress,
    objectsOf: scene.objectsOf,
  }
  for (const range of ranges) {
    for (let pfn = range.from; pfn < range.to; pfn += layout.framesPerCell) {
      const facts = factsAt(scene.windows, pfn)
      const rect = facts === null ? null : cellRect(layout, pfn)
      if (facts === null || rect === null) continue
      if (!showsBytes(layout)) drawCell(brush, facts, toView(scene, rect))
      else {
        const { step, flash } = scene
        const data = scene.bytesOf(pfn)
        drawFrameBytes(brush, facts, toView(scene, rect), { data, step, flash, height: size.height })
      }
    }
  }
}

let buffer: HTMLCanvasElement | null = null
let image: ImageData | null = null
let table: { readonly key: string; readonly value: PixelTable } | null = null

/** One pixel a cell into an image, enlarged without smoothing. */
function drawSmallCells(context: CanvasRenderingContext2D, scene: MapScene, ranges: readonly VisibleRange[]): void {
  const { layout, colours, by } = scene
  const key = `${colours.theme} ${by}`
  if (table?.key !== key) table = { key, value: pixelTable(colours, by) }
  for (const range of ranges) {
    const firstRow = Math.floor(range.from / layout.framesPerRow)
    const rows = Math.ceil(range.to / layout.framesPerRow) - firstRow
    buffer ??= document.createElement('canvas')
    if (buffer.width !== layout.columns || buffer.height < rows) {
      buffer.width = layout.columns
      buffer.height = rows
      image = null
    }
    const target = buffer.getContext('2d')
    if (target === null) return
    if (image === null || image.width !== layout.columns || image.height < rows) {
      image = target.createImageData(layout.columns, rows)
    }
    const pixels = new Uint32Array(image.data.buffer)
    pixels.fill(0)
    for (const window of scene.windows) paintWindow(pixels, window, layout, range, firstRow, by, table.value)
    target.putImageData(image, 0, 0)
    context.imageSmoothingEnabled = false
    const top = range.section.body + (firstRow - range.section.firstRow) * layout.cellHeight - scene.scroll
    context.drawImage(
      buffer,
      0,
      0,
      layout.columns,
      rows,
      GUTTER,
      top,
      layout.columns * layout.cellWidth,
      rows * layout.cellHeight,
    )
    context.imageSmoothingEnabled = true
    emphasiseBroken(context, scene, range)
  }
}

function paintWindow(
  pixels: Uint32Array,
  window: MapWindow,
  layout: MapLayout,
  range: VisibleRange,
  firstRow: number,
  by: ColourBy,
  colours: PixelTable,
): void {
  const from = Math.max(range.from, window.from)
  const to = Math.min(range.to, window.to)
  if (to <= from) return
  const { framesPerRow, framesPerCell, columns } = layout
  const straight = window.cells.framesPerCell === framesPerCell
  let pfn = from
  while (pfn < to) {
    const row = Math.floor(pfn / framesPerRow)
    const column = Math.floor((pfn - row * framesPerRow) / framesPerCell)
    const rowEnd = Math.min(to, (row + 1) * framesPerRow)
    const target = (row - firstRow) * columns + column
    if (straight) {
      const at = cellIndex(window, pfn)
      if (at < 0) return
      const wanted = Math.ceil((rowEnd - pfn) / framesPerCell)
      paintCells(pixels, target, window.cells, at, Math.min(wanted, window.cells.kind.length - at), colours, by)
      pfn = rowEnd
    } else {
      const at = cellIndex(window, pfn)
      if (at >= 0) paintCells(pixels, target, window.cells, at, 1, colours, by)
      pfn += framesPerCell
    }
  }
}

/** A cell of two pixels is easily missed: broken rules get a ring around it. */
function emphasiseBroken(context: CanvasRenderingContext2D, scene: MapScene, range: VisibleRange): void {
  const broken = CellMark.RIGHTS_LEFT | CellMark.USED_INVALID
  context.strokeStyle = scene.colours.broken.css
  context.lineWidth = 1.5
  let drawn = 0
  for (const { cells, from } of scene.windows) {
    for (let at = 0; at < cells.marks.length && drawn < 200; at++) {
      if ((cells.marks[at]! & broken) === 0) continue
      const pfn = Math.max(from, cells.from + at * cells.framesPerCell)
      const rect = pfn >= range.from && pfn < range.to ? cellRect(scene.layout, pfn) : null
      if (rect === null) continue
      const { x, y, width, height } = toView(scene, rect)
      context.beginPath()
      context.arc(x + width / 2, y + height / 2, Math.max(5, width * 1.5), 0, Math.PI * 2)
      context.stroke()
      drawn += 1
    }
  }
}

function drawFlash(context: CanvasRenderingContext2D, scene: MapScene, ranges: readonly VisibleRange[]): void {
  const { layout } = scene
  context.globalAlpha = 0.75 * scene.flash
  context.fillStyle = scene.colours.flash.css
  for (const { cells, from } of scene.windows) {
    for (let at = 0; at < cells.marks.length; at++) {
      if ((cells.marks[at]! & CellMark.CHANGED) === 0) continue
      const pfn = Math.max(from, cells.from + at * cells.framesPerCell)
      if (!ranges.some((range) => pfn >= range.from && pfn < range.to)) continue
      const rect = cellRect(layout, pfn)
      if (rect === null) continue
      const { x, y, width, height } = toView(scene, rect)
      const grow = layout.cellWidth < WHOLE_PIXELS_FROM ? 2 : 0
      context.fillRect(
        x - grow,
        y - grow,
        width + 2 * grow - (grow === 0 ? 1 : 0),
        height + 2 * grow - (grow === 0 ? 1 : 0),
      )
    }
  }
  context.globalAlpha = 1
}

function outlineRun(
  context: CanvasRenderingContext2D,
  scene: MapScene,
  run: FrameRun | null,
  how: 'select' | 'hover' | 'focus',
): void {
  if (run === null || run.pfn < 0) return
  const { layout, colours } = scene
  let pfn = run.pfn
  const end = run.pfn + Math.max(1, run.frames)
  while (pfn < end) {
    const rowEnd = Math.min(end, (Math.floor(pfn / layout.framesPerRow) + 1) * layout.framesPerRow)
    const first = cellRect(layout, pfn)
    const last = cellRect(layout, rowEnd - 1)
    if (first !== null && last !== null) {
      const { x, y, height } = toView(scene, first)
      const width = last.x + last.width - first.x
      const small = layout.cellWidth < WHOLE_PIXELS_FROM
      const pad = small ? 3 : how === 'select' ? 1.5 : 0.5
      outline(context, colours, how, {
        x: x - pad,
        y: y - pad,
        width: width - 1 + 2 * pad,
        height: height - 1 + 2 * pad,
      })
    }
    pfn = rowEnd
  }
}

function outline(
  context: CanvasRenderingContext2D,
  colours: Palette,
  how: 'select' | 'hover' | 'focus',
  { x, y, width, height }: Rect,
): void {
  context.setLineDash(how === 'focus' ? [3, 2] : [])
  if (how === 'select') {
    context.lineWidth = 4.5
    context.strokeStyle = colours.ground.css
    context.strokeRect(x, y, width, height)
  }
  context.lineWidth = how === 'select' ? 2.5 : how === 'focus' ? 2 : 1.5
  context.strokeStyle = how === 'hover' ? colours.muted.css : colours.accent.css
  context.strokeRect(x, y, width, height)
  context.setLineDash([])
}

function drawAddresses(
  context: CanvasRenderingContext2D,
  size: CanvasSize,
  scene: MapScene,
  ranges: readonly VisibleRange[],
): void {
  const { layout, colours } = scene
  context.font = `500 11px ${MONO}`
  context.textBaseline = 'middle'
  context.textAlign = 'right'
  context.fillStyle = colours.muted.css
  const every = Math.max(1, Math.ceil(22 / layout.cellHeight))
  for (const { section } of ranges) {
    for (let row = 0; row < section.rows; row += every) {
      const y = section.body + row * layout.cellHeight + Math.min(layout.cellHeight, TALLEST_CELL) / 2 - scene.scroll
      if (y < HEADER + 4 || y > size.height) continue
      const pfn = Math.max(section.start, (section.firstRow + row) * layout.framesPerRow)
      context.fillText(formatPfn(pfn), GUTTER - 8, Math.max(y, section.body - scene.scroll + 6))
    }
  }
  context.textAlign = 'left'
}

/** Zone names; the one of the zone at the top stays in sight. */
function drawHeaders(context: CanvasRenderingContext2D, size: CanvasSize, scene: MapScene): void {
  const { layout, colours, scroll } = scene
  const end = GUTTER + layout.columns * layout.cellWidth
  for (const section of layout.sections) {
    const bottom = section.body + section.rows * layout.cellHeight - scroll
    let y = section.top - scroll
    if (y < 0) y = Math.min(0, bottom - HEADER)
    if (y + HEADER < 0 || y > size.height) continue
    context.fillStyle = colours.ground.css
    context.fillRect(0, y, size.width, HEADER)
    const frames = section.end - section.start
    context.textBaseline = 'middle'
    context.font = `600 11px ${SANS}`
    context.fillStyle = colours.text.css
    const name = `Zone ${section.name}`
    context.fillText(name, 8, y + HEADER / 2)
    const start = 16 + measurer(context)(name)
    context.font = `400 11px ${SANS}`
    context.fillStyle = colours.muted.css
    const measure = measurer(context)
    const size1 = formatBytes(frames * scene.pageSize)
    const span = `${formatPfn(section.start)}–${formatPfn(section.end - 1)}`
    const room = end - start
    const label = fitFirst(
      measure,
      [`${span} · ${count(frames, 'frame')} · ${size1}`, `${span} · ${size1}`, size1],
      room,
    )
    context.fillText(label, start, y + HEADER / 2)
  }
}
