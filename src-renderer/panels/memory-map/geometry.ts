/**
 * Where frames lie on the memory map: zones below each other, rows of equal length in address order.
 * Zooming changes how many frames a row holds, so the width is always used and addresses read like a hex dump.
 */

import { bytesHeight } from './byte-geometry.ts'

export interface ZoneSpan {
  readonly name: string
  /** First pfn, and the pfn after the last. */
  readonly start: number
  readonly end: number
}

/** A zone as laid out. `top` and `body` are content pixels: of its header and of its first row. */
export interface Section extends ZoneSpan {
  readonly top: number
  readonly body: number
  /** Row number (pfn / framesPerRow) of its first row, and how many rows it has. */
  readonly firstRow: number
  readonly rows: number
}

export interface MapLayout {
  readonly level: number
  readonly framesPerRow: number
  /** Frames behind one cell; 1 unless the machine has more frames than the view has room for. */
  readonly framesPerCell: number
  readonly columns: number
  readonly cellWidth: number
  readonly cellHeight: number
  readonly sections: readonly Section[]
  /** Height of everything. */
  readonly height: number
}

export interface Rect {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Frames per row at each zoom level, nearest first. One frame a row shows its bytes. */
export const LEVELS = [
  1, 2, 4, 8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096, 8192, 16384,
] as const
/** The nearest level that shows frames and not their bytes. */
export const NEAREST_FRAMES = 1
/** The nearest level that a view begins with: nearer ones are on the way from a frame to its bytes. */
export const FITTED_FROM = 3
export const HEADER = 20
/** Room for the outline of a selected cell in a zone's first row. */
const HEADER_GAP = 3
const SECTION_GAP = 6
const SMALLEST_CELL = 1
/** Tallest cell of a frame whose bytes are not shown. */
export const TALLEST_CELL = 44
/** Cells at least this wide have whole pixels and are drawn with their marks. */
export const WHOLE_PIXELS_FROM = 6

/** True where a frame is as wide as the view and its bytes are drawn. */
export function showsBytes(layout: MapLayout): boolean {
  return layout.framesPerRow === 1
}

/** Lays the zones out for cells in `width` pixels. `level` is an index into `LEVELS`; `pageSize` in bytes. */
export function layoutMap(zones: readonly ZoneSpan[], width: number, level: number, pageSize = 4096): MapLayout {
  const at = clampLevel(level)
  const framesPerRow = LEVELS[at]!
  let framesPerCell = 1
  while (Math.floor((width * framesPerCell) / framesPerRow) < SMALLEST_CELL && framesPerCell < framesPerRow) {
    framesPerCell *= 2
  }
  const columns = Math.ceil(framesPerRow / framesPerCell)
  // Whole pixels where cells are drawn one by one; small ones fill the width, a fraction of a pixel does not show.
  const exact = width / columns
  const cellWidth = exact < WHOLE_PIXELS_FROM ? Math.max(1, exact) : Math.floor(exact)
  const cellHeight =
    framesPerRow === 1 ? bytesHeight(cellWidth, pageSize) : Math.min(Math.floor(cellWidth), TALLEST_CELL)
  const sections: Section[] = []
  let top = 0
  for (const zone of zones) {
    if (zone.end <= zone.start) continue
    const firstRow = Math.floor(zone.start / framesPerRow)
    const rows = Math.ceil(zone.end / framesPerRow) - firstRow
    sections.push({ ...zone, top, body: top + HEADER + HEADER_GAP, firstRow, rows })
    top += HEADER + HEADER_GAP + rows * cellHeight + SECTION_GAP
  }
  return {
    level: at,
    framesPerRow,
    framesPerCell,
    columns,
    cellWidth,
    cellHeight,
    sections,
    height: Math.max(0, top - SECTION_GAP),
  }
}

export function clampLevel(level: number): number {
  return Math.max(0, Math.min(LEVELS.length - 1, Math.round(level)))
}

export function sectionOf(layout: MapLayout, pfn: number): Section | null {
  return layout.sections.find((each) => pfn >= each.start && pfn < each.end) ?? null
}

/** Content rectangle of the cell that stands for a frame; null if no zone has the frame. */
export function cellRect(layout: MapLayout, pfn: number): Rect | null {
  const section = sectionOf(layout, pfn)
  if (section === null) return null
  const row = Math.floor(pfn / layout.framesPerRow)
  const column = Math.floor((pfn - row * layout.framesPerRow) / layout.framesPerCell)
  return {
    x: column * layout.cellWidth,
    y: section.body + (row - section.firstRow) * layout.cellHeight,
    width: layout.cellWidth,
    height: layout.cellHeight,
  }
}

/** First frame of the cell under a content point; -1 where there is none. */
export function frameAt(layout: MapLayout, x: number, y: number): number {
  const column = Math.floor(x / layout.cellWidth)
  if (column < 0 || column >= layout.columns) return -1
  for (const section of layout.sections) {
    const row = Math.floor((y - section.body) / layout.cellHeight)
    if (row < 0 || row >= section.rows) continue
    const pfn = (section.firstRow + row) * layout.framesPerRow + column * layout.framesPerCell
    return pfn + layout.framesPerCell > section.start && pfn < section.end ? Math.max(pfn, section.start) : -1
  }
  return -1
}

/** The frame nearest to a content height: for zooming about a point that may lie between cells. */
export function nearestFrame(layout: MapLayout, x: number, y: number): number {
  const exact = frameAt(layout, x, y)
  if (exact >= 0) return exact
  let best = -1
  let distance = Infinity
  for (const section of layout.sections) {
    const row = Math.max(0, Math.min(section.rows - 1, Math.floor((y - section.body) / layout.cellHeight)))
    const middle = section.body + (row + 0.5) * layout.cellHeight
    if (Math.abs(middle - y) >= distance) continue
    distance = Math.abs(middle - y)
    const column = Math.max(0, Math.min(layout.columns - 1, Math.floor(x / layout.cellWidth)))
    const pfn = (section.firstRow + row) * layout.framesPerRow + column * layout.framesPerCell
    best = Math.max(section.start, Math.min(section.end - 1, pfn))
  }
  return best
}

export function clampScroll(layout: MapLayout, scroll: number, viewHeight: number): number {
  return Math.max(0, Math.min(scroll, layout.height - viewHeight))
}

/** Scroll position that shows in `next` the frame that lay under a view point of `previous`, at the same height. */
export function zoomAbout(
  previous: MapLayout,
  scroll: number,
  point: { readonly x: number; readonly y: number },
  next: MapLayout,
  viewHeight: number,
): number {
  const pfn = nearestFrame(previous, point.x, point.y + scroll)
  const rect = pfn < 0 ? null : cellRect(next, pfn)
  if (rect === null) return 0
  // Bytes are read from the first on.
  if (showsBytes(next)) return clampScroll(next, rect.y - HEADER, viewHeight)
  return clampScroll(next, rect.y + rect.height / 2 - point.y, viewHeight)
}

/**
 * Scroll position that shows in `next`, a layout of the same level for another width, at view height `anchor` what
 * `previous` showed there: rows grow and shrink about it.
 */
export function keepPlace(previous: MapLayout, scroll: number, next: MapLayout, anchor: number): number {
  const y = scroll + anchor
  const at = previous.sections.findLastIndex((each) => each.top <= y)
  const section = previous.sections[at]
  const after = next.sections.find((each) => each.name === section?.name)
  if (section === undefined || after === undefined) return scroll
  // A zone's header keeps its height.
  if (y < section.body) return after.top + (y - section.top) - anchor
  return after.body + ((y - section.body) / previous.cellHeight) * next.cellHeight - anchor
}

/** The nearest level at which the frames `from..to` (exclusive) fit the height, and where to scroll to. */
export function fitFrames(
  zones: readonly ZoneSpan[],
  width: number,
  viewHeight: number,
  from: number,
  to: number,
): { readonly level: number; readonly scroll: number } {
  for (let level = FITTED_FROM; level < LEVELS.length; level++) {
    const layout = layoutMap(zones, width, level)
    const first = cellRect(layout, from)
    const last = cellRect(layout, to - 1)
    if (first === null || last === null) return { level: LEVELS.length - 1, scroll: 0 }
    const extent = last.y + last.height - first.y
    if (extent + HEADER > viewHeight && level < LEVELS.length - 1) continue
    const middle = first.y + extent / 2
    // The start of a zone goes to the top when it is in sight anyway.
    const start = sectionOf(layout, from)!.top
    const centred = middle - viewHeight / 2
    return { level, scroll: clampScroll(layout, start > centred ? start : centred, viewHeight) }
  }
  return { level: LEVELS.length - 1, scroll: 0 }
}

/** The nearest level at which the whole machine fits; the farthest one if none does. */
export function fitAll(zones: readonly ZoneSpan[], width: number, viewHeight: number): number {
  const level = LEVELS.findIndex((_, each) => each >= FITTED_FROM && layoutMap(zones, width, each).height <= viewHeight)
  return level < 0 ? LEVELS.length - 1 : level
}

/** Frames of a section that a view shows, in whole rows; `to` is exclusive. */
export interface VisibleRange {
  readonly section: Section
  readonly from: number
  readonly to: number
}

/** Ranges of frames between two content heights, one per section, in whole rows. */
export function visibleRanges(layout: MapLayout, top: number, bottom: number): VisibleRange[] {
  const ranges: VisibleRange[] = []
  for (const section of layout.sections) {
    const first = Math.max(0, Math.floor((top - section.body) / layout.cellHeight))
    const last = Math.min(section.rows, Math.ceil((bottom - section.body) / layout.cellHeight))
    if (last <= first) continue
    const from = Math.max(section.start, (section.firstRow + first) * layout.framesPerRow)
    const to = Math.min(section.end, (section.firstRow + last) * layout.framesPerRow)
    if (to > from) ranges.push({ section, from, to })
  }
  return ranges
}

/**
 * The stretch worth looking at first: around `focus`, as many of the touched frames as fit `room` frames.
 * Frames need not be sorted. Null if there are none.
 */
export function interestingStretch(
  frames: readonly { readonly pfn: number; readonly frames: number }[],
  focus: number,
  room: number,
): { readonly from: number; readonly to: number } | null {
  const touched = frames.filter((each) => each.pfn >= 0)
  const start = touched.find((each) => focus >= each.pfn && focus < each.pfn + each.frames) ?? touched[0]
  if (start === undefined) return null
  let from = start.pfn
  let to = start.pfn + start.frames
  const near = touched
    .filter((each) => each !== start)
    .sort((a, b) => Math.abs(a.pfn - start.pfn) - Math.abs(b.pfn - start.pfn))
  for (const each of near) {
    const low = Math.min(from, each.pfn)
    const high = Math.max(to, each.pfn + each.frames)
    if (high - low > room) continue
    from = low
    to = high
  }
  return { from, to }
}
