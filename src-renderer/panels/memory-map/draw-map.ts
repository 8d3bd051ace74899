/** Draws the memory map: zones, rows and their addresses, cells, and the outlines of selection, pointer and focus. */
import { count, formatBytes, formatPfn } from '../../canvas/number-format.ts'
import { fitFirst, measurer } from '../../canvas/text-fit.ts'
import type { CanvasSize } from '../../canvas/use-canvas.ts'
import type { Palette } from '../../theme/states.ts'
import { drawFrameBytes } from './draw-bytes.ts'
import type { KeptLayer } from '../../canvas/kept-layer.ts'
import type { CellLayer } from './cell-layer.ts'
import { drawCell, drawWords, OBJECTS_FROM, type CellBrush, type SlabObject } from './draw-cells.ts'
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
import type { FocusedBytes, FrameBytes } from './frame-bytes.ts'
import { GUTTER } from './gutter.ts'
import type { InkPicture } from './ink-picture.ts'
import type { InkedCells } from './inked-cells.ts'
import { covers, factsAt, type MapWindow } from './windows.ts'

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
  /** Cells large enough for marks, and colours of those that are not. */
  readonly windows: readonly MapWindow[]
  readonly inks: InkedCells | null
  readonly picture: InkPicture
  /** Keeps drawn cells from step to step; null draws all anew, for pictures that are not made of pixels. */
  readonly layer: CellLayer | null
  /** The same for addresses and the names of zones. */
  readonly labels: KeptLayer | null
  readonly colours: Palette
  readonly by: ColourBy
  readonly pageSize: number
  readonly selected: FrameRun | null
  readonly selectedAllocation: number
  readonly selectedAddress: number
  readonly hovered: FrameRun | null
  /** Frame with the keyboard focus, -1 when the map has none. */
  readonly focus: number
  /** 1 right after a step changed bytes, 0 when the flash is over. */
  readonly flash: number
  readonly objectsOf: (pfn: number) => readonly SlabObject[] | null
  /** The step that is shown. */
  readonly step: number
  /** Address of frame 0 where the linear map is shown; null = frames have their numbers. */
  readonly linear: bigint | null
  /** Bytes of a frame; asked for at the nearest zoom only. */
  readonly bytesOf: (pfn: number) => FrameBytes | null
  /** The stretch of bytes that the keyboard is at. */
  readonly bytesFocus: FocusedBytes | null
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
  outlineRun(context, scene, scene.hovered, 'hover')
  outlineRun(context, scene, scene.selected, 'select')
  if (scene.focus >= 0) outlineRun(context, scene, { pfn: scene.focus, frames: 1 }, 'focus')
  const draw = (target: CanvasRenderingContext2D): void => {
    drawAddresses(target, size, scene, ranges)
    drawHeaders(target, size, scene)
  }
  if (scene.labels === null) draw(context)
  else scene.labels.draw(context, size, labelsKey(scene), draw)
  context.restore()
}

/** All that the labels depend on beside the size of the map. */
function labelsKey({ layout, scroll, colours, linear, pageSize }: MapScene): string {
  const { level, columns, cellWidth, cellHeight, sections } = layout
  const zones = sections.map(({ name, start, end }) => `${name}:${start}-${end}`)
  return [level, columns, cellWidth, cellHeight, scroll, colours.theme, linear, pageSize, ...zones].join('/')
}

const toView = (scene: MapScene, rect: Rect): Rect => ({ ...rect, x: rect.x + GUTTER, y: rect.y - scene.scroll })

function drawLargeCells(
  context: CanvasRenderingContext2D,
  size: CanvasSize,
  scene: MapScene,
  ranges: readonly VisibleRange[],
): void {
  const { layout, windows } = scene
  const brush: CellBrush = {
    context,
    colours: scene.colours,
    by: scene.by,
    ratio: size.ratio,
    pageSize: scene.pageSize,
    selectedAllocation: scene.selectedAllocation,
    selectedAddress: scene.selectedAddress,
    objectsOf: scene.objectsOf,
    wordy: null,
  }
  // After a jump, until the core answered: the colours that are known.
  if (!ranges.every((range) => covers(windows, range))) drawSmallCells(context, scene, ranges)
  if (!showsBytes(layout) && scene.layer !== null && Number.isInteger(scene.scroll)) {
    const { level, columns, cellWidth, cellHeight } = layout
    const looks = [scene.colours.theme, scene.selectedAllocation, scene.selectedAddress]
    scene.layer.draw(context, {
      size,
      key: [level, columns, cellWidth, cellHeight, scene.scroll, ...looks].join('/'),
      by: scene.by,
      ranges,
      windows,
      rectOf: (pfn) => viewRect(scene, pfn),
      drawCell: (layer, pfn, rect, wordy) => {
        const facts = factsAt(windows, pfn)
        if (facts !== null) drawCell({ ...brush, context: layer, wordy }, facts, rect)
      },
      drawWords: (layer, { pfn, box, ink }) => {
        const facts = factsAt(windows, pfn)
        if (facts !== null) drawWords({ ...brush, context: layer }, facts, box, ink)
      },
      showsObjects: cellWidth >= OBJECTS_FROM,
    })
    return
  }
  for (const range of ranges) {
    for (let pfn = range.from; pfn < range.to; pfn += layout.framesPerCell) {
      const facts = factsAt(windows, pfn)
      const rect = facts === null ? null : viewRect(scene, pfn)
      if (facts === null || rect === null) continue
      if (!showsBytes(layout)) drawCell(brush, facts, rect)
      else {
        const { step, flash } = scene
        const focus = scene.bytesFocus?.pfn === pfn ? scene.bytesFocus : null
        drawFrameBytes(brush, facts, rect, { data: scene.bytesOf(pfn), step, flash, focus, height: size.height })
      }
    }
  }
}

function viewRect(scene: MapScene, pfn: number): Rect | null {
  const rect = cellRect(scene.layout, pfn)
  return rect === null ? null : toView(scene, rect)
}

function drawSmallCells(context: CanvasRenderingContext2D, scene: MapScene, ranges: readonly VisibleRange[]): void {
  const { layout, inks, colours } = scene
  if (inks === null) return
  scene.picture.draw(context, layout, scene.scroll, ranges, inks, colours.theme)
  if (layout.cellWidth < WHOLE_PIXELS_FROM) emphasiseBroken(context, scene, inks, ranges)
}

/** A cell of a pixel or two is easily missed: broken rules get a ring around it. */
function emphasiseBroken(
  context: CanvasRenderingContext2D,
  scene: MapScene,
  { broken, framesPerCell }: InkedCells,
  ranges: readonly VisibleRange[],
): void {
  context.strokeStyle = scene.colours.broken.css
  context.lineWidth = 1.5
  let drawn = 0
  for (let i = 0; i < broken.length && drawn < 200; i++) {
    const pfn = broken[i]! * framesPerCell
    const rect = ranges.some(({ from, to }) => pfn >= from && pfn < to) ? viewRect(scene, pfn) : null
    if (rect === null) continue
    const { x, y, width, height } = rect
    context.beginPath()
    context.arc(x + width / 2, y + height / 2, Math.max(5, width * 1.5), 0, Math.PI * 2)
    context.stroke()
    drawn += 1
  }
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
  context.font = `500 ${scene.linear === null ? 11 : 10}px ${MONO}`
  context.textBaseline = 'middle'
  context.textAlign = 'right'
  context.fillStyle = colours.muted.css
  const every = Math.max(1, Math.ceil(22 / layout.cellHeight))
  for (const { section } of ranges) {
    // Of a large machine most rows are out of sight.
    const hidden = Math.max(0, Math.floor((scene.scroll - section.body) / layout.cellHeight) - 1)
    for (let row = hidden - (hidden % every); row < section.rows; row += every) {
      const y = section.body + row * layout.cellHeight + Math.min(layout.cellHeight, TALLEST_CELL) / 2 - scene.scroll
      if (y > size.height) break
      if (y < HEADER + 4) continue
      const pfn = Math.max(section.start, (section.firstRow + row) * layout.framesPerRow)
      context.fillText(
        rowLabel(scene, pfn),
        scene.linear === null ? GUTTER - 8 : GUTTER - 4,
        Math.max(y, section.body - scene.scroll + 6),
      )
    }
  }
  context.textAlign = 'left'
}

/** What a row is called: its first frame, or the last eight digits of its linear address. */
function rowLabel({ linear, pageSize }: MapScene, pfn: number): string {
  return linear === null ? formatPfn(pfn) : `…${linearAddress(linear, pageSize, pfn).slice(-8)}`
}

/** Hexadecimal digits of a frame's linear address. */
export function linearAddress(linear: bigint, pageSize: number, pfn: number): string {
  return (linear + BigInt(pfn) * BigInt(pageSize)).toString(16)
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
    const { linear, pageSize } = scene
    const span =
      linear === null
        ? `${formatPfn(section.start)}–${formatPfn(section.end - 1)}`
        : `from 0x${linearAddress(linear, pageSize, section.start)}`
    const room = end - start
    const label = fitFirst(
      measure,
      [`${span} · ${count(frames, 'frame')} · ${size1}`, `${span} · ${size1}`, size1],
      room,
    )
    context.fillText(label, start, y + HEADER / 2)
  }
}
