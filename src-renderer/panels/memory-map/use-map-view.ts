/** Which part of the machine the memory map shows, and the ways to move it. Knows frames and pixels, not content. */
import { shallowRef, type Ref } from 'vue'
import type { MachineInfo } from '../../../src-core/trace/record.ts'
import type { CanvasSize } from '../../canvas/use-canvas.ts'
import type { FrameRun } from './draw-map.ts'
import {
  cellRect,
  clampLevel,
  clampScroll,
  fitAll,
  fitFrames,
  HEADER,
  interestingStretch,
  keepPlace,
  layoutMap,
  showsBytes,
  visibleRanges,
  zoomAbout,
  type MapLayout,
  type VisibleRange,
} from './geometry.ts'
import { BYTE_LINE, byteRect } from './byte-geometry.ts'
import { GUTTER } from './gutter.ts'

/** Cells of this width show enough to read them. */
const COMFORTABLE_CELL = 24

export interface MapViewSources {
  readonly machine: Readonly<Ref<MachineInfo | null>>
  readonly size: () => CanvasSize
  /** The selected frames, if any. */
  readonly selected: () => FrameRun | null
  /** Physical address of the selected memory, -1 if none or not known yet. */
  readonly selectedAddress?: () => number
  readonly redraw: () => void
}

export function useMapView({ machine, size, selected, selectedAddress = () => -1, redraw }: MapViewSources) {
  const level = shallowRef(0)
  const scroll = shallowRef(0)
  /** What a wheel moved less than a pixel. */
  let rest = 0
  /** True once the person chose what to look at: a new run then leaves the view alone. */
  let moved = false
  let layout: MapLayout | null = null

  const cellsWidth = (): number => Math.max(40, size().width - GUTTER - 4)

  /** Lays the machine out for the size of now, in the same place as before; null without a machine. */
  function update(): MapLayout | null {
    const info = machine.value
    if (info === null) layout = null
    // A hidden map comes back where it was.
    if (info === null || size().width === 0) return layout
    const next = layoutMap(info.zones, cellsWidth(), level.value, 2 ** info.pageShift)
    if (layout !== null && layout.level === next.level && layout.cellHeight !== next.cellHeight)
      scroll.value = keepPlace(layout, scroll.value, next, selectedPoint()?.y ?? 0)
    layout = next
    scrollTo(layout, scroll.value)
    return layout
  }

  /** To whole pixels: between them cells are blurred, and none can be kept as drawn. */
  function scrollTo(of: MapLayout, y: number): void {
    scroll.value = Math.round(clampScroll(of, y, size().height))
  }

  /** Shows this level from this place on. */
  function show(next: number, at: number): void {
    level.value = next
    scroll.value = at
    layout = null
    update()
  }

  /** Frames on screen, and within `margin` pixels around it. */
  function visible(margin = 0): VisibleRange[] {
    return layout === null ? [] : visibleRanges(layout, scroll.value - margin, scroll.value + size().height + margin)
  }

  /** The farthest level worth looking at: the whole machine fits, and from farther away it would only be smaller. */
  function farthest(): number {
    const info = machine.value
    return info === null ? 0 : fitAll(info.zones, cellsWidth(), size().height)
  }

  function zoomTo(next: number, point?: { readonly x: number; readonly y: number }): void {
    const info = machine.value
    const to = Math.min(clampLevel(next), Math.max(level.value, farthest()))
    if (info === null || to === level.value || update() === null || layout === null) return
    const { height } = size()
    const about = point ?? selectedPoint() ?? { x: layout.cellWidth * (layout.columns / 2), y: height / 2 }
    const after = layoutMap(info.zones, cellsWidth(), to, 2 ** info.pageShift)
    show(to, zoomAbout(layout, scroll.value, about, after, height))
    moved = true
    revealBytes()
    redraw()
  }

  /** The middle of the selected frame if it is on screen: what keyboard zooming keeps in place. */
  function selectedPoint(): { x: number; y: number } | null {
    const run = selected()
    const rect = layout === null || run === null ? null : cellRect(layout, run.pfn)
    if (rect === null) return null
    const y = rect.y - scroll.value + rect.height / 2
    return y >= 0 && y <= size().height ? { x: rect.x + rect.width / 2, y } : null
  }

  function panBy(pixels: number): void {
    if (layout === null) return
    const wanted = scroll.value + rest + pixels
    scrollTo(layout, wanted)
    rest = Math.abs(wanted - scroll.value) < 1 ? wanted - scroll.value : 0
    moved = true
    redraw()
  }

  /** Scrolls just as far as needed to have a frame on screen. */
  function reveal(pfn: number): void {
    const rect = layout === null ? null : cellRect(layout, pfn)
    if (layout === null || rect === null) return
    const { height } = size()
    if (showsBytes(layout)) {
      const seen = rect.y < scroll.value + height && rect.y + rect.height > scroll.value
      if (!seen) scrollTo(layout, rect.y - HEADER)
      redraw()
      return
    }
    const margin = Math.min(rect.height + 24, height / 3)
    if (rect.y < scroll.value + margin) scrollTo(layout, rect.y - margin)
    else if (rect.y + rect.height > scroll.value + height - margin / 2) {
      scrollTo(layout, rect.y + rect.height + margin / 2 - height)
    }
    redraw()
  }

  /** Where the bytes of the selected memory's frame are shown: scrolls to its first one if it is off screen. */
  function revealBytes(): void {
    const address = selectedAddress()
    if (layout === null || !showsBytes(layout) || address < 0) return
    const pageSize = 2 ** (machine.value?.pageShift ?? 0)
    const cell = cellRect(layout, Math.floor(address / pageSize))
    if (cell === null) return
    const [top, bottom] = [scroll.value, scroll.value + size().height]
    const { y } = byteRect(cell, address % pageSize)
    if (cell.y >= bottom || cell.y + cell.height <= top) return
    if (y >= top && y + 3 * BYTE_LINE <= bottom) return
    scrollTo(layout, y - HEADER - BYTE_LINE)
    redraw()
  }

  function centreOn(pfn: number): void {
    const rect = layout === null ? null : cellRect(layout, pfn)
    if (layout === null || rect === null) return
    const above = showsBytes(layout) ? HEADER : size().height / 2
    scrollTo(layout, rect.y - above)
    moved = true
    redraw()
  }

  function fitMachine(): void {
    const info = machine.value
    if (info === null) return
    show(fitAll(info.zones, cellsWidth(), size().height), 0)
    moved = true
    redraw()
  }

  /** Shows as much of the program's memory as can be read, around the selection. */
  function fitProgram(memory: readonly FrameRun[]): void {
    const info = machine.value
    const { height } = size()
    if (info === null) return
    const room = Math.floor(cellsWidth() / COMFORTABLE_CELL) * Math.floor((height - 24) / COMFORTABLE_CELL)
    const stretch = interestingStretch(memory, selected()?.pfn ?? memory[0]?.pfn ?? -1, room)
    if (stretch === null) fitMachine()
    else {
      const fit = fitFrames(info.zones, cellsWidth(), height, stretch.from, stretch.to)
      show(fit.level, fit.scroll)
    }
    moved = false
    redraw()
  }

  return {
    level,
    scroll,
    layout: () => layout,
    moved: () => moved,
    forget: () => {
      moved = false
    },
    update,
    visible,
    zoomTo,
    farthest,
    panBy,
    reveal,
    revealBytes,
    centreOn,
    fitMachine,
    fitProgram,
  }
}
