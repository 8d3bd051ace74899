/** What the memory map draws at this moment, as plain data for tests. */
import { CellMark } from '../../../src-core/protocol/messages.ts'
import { KINDS, type Palette } from '../../theme/states.ts'
import { linearAddress, type FrameRun } from './draw-map.ts'
import { cellRect, showsBytes, visibleRanges, type MapLayout, type Rect, type VisibleRange } from './geometry.ts'
import { GUTTER } from './gutter.ts'
import { inkPixels, type InkedCells } from './inked-cells.ts'
import { showsInks } from './use-map-cells.ts'
import type { ColourBy } from './colour-by.ts'
import { byteRect } from './byte-geometry.ts'
import type { FrameBytes } from './frame-bytes.ts'
import { factsAt, type MapWindow } from './windows.ts'

export interface DrawnCell {
  readonly pfn: number
  readonly kind: string
  readonly owner: number
  readonly allocation: number
  readonly refcount: number
  /** Linear address where the linear map is shown, as hexadecimal digits; empty otherwise. */
  readonly address: string
  readonly marks: readonly string[]
  /** In CSS pixels of the canvas. */
  readonly rect: Rect
}

/** Neighbouring cells of one ink. */
export interface InkedRun {
  readonly pfn: number
  readonly frames: number
  readonly ink: number
  /** Its colour, and the rectangle of the first cell in CSS pixels of the canvas. */
  readonly pixel: number
  readonly rect: Rect
}

export interface MapDescription {
  readonly step: number
  readonly by: ColourBy
  /** `physical` or `linear`. */
  readonly space: string
  readonly framesPerCell: number
  readonly cellWidth: number
  readonly from: number
  readonly to: number
  readonly selectedPfn: number
  readonly selectedFrames: number
  readonly selectedAllocation: number
  /** Frames whose bytes are drawn, at the nearest zoom. */
  readonly bytes: readonly {
    readonly pfn: number
    readonly values: readonly number[]
    /** Step that changed each last. */
    readonly steps: readonly number[]
    readonly painted: readonly number[]
    /** Of the first byte, in CSS pixels of the canvas. */
    readonly first: Rect
  }[]
  /** Cells on screen that are in use or marked, at most 2000; none where cells are colours only. */
  readonly cells: readonly DrawnCell[]
  /** Where cells are colours only: what they are coloured by, and all cells on screen, neighbours alike in one. */
  readonly inkedBy: ColourBy | null
  readonly inks: readonly InkedRun[]
}

const MARK_NAMES = Object.entries(CellMark)
const MOST = 2000

export function describeMap(state: {
  readonly layout: MapLayout | null
  readonly scroll: number
  readonly height: number
  readonly windows: readonly MapWindow[]
  readonly inks: InkedCells | null
  readonly colours: Palette
  readonly selected: FrameRun | null
  readonly selectedAllocation: number
  readonly step: number
  readonly by: ColourBy
  /** Address of frame 0 where the linear map is shown. */
  readonly linear: bigint | null
  readonly pageSize: number
  readonly bytesOf: (pfn: number) => FrameBytes | null
}): MapDescription {
  const { layout, scroll } = state
  const ranges = layout === null ? [] : visibleRanges(layout, scroll, scroll + state.height)
  const cells: DrawnCell[] = []
  const small = layout !== null && showsInks(layout)
  for (const range of layout === null || small ? [] : ranges) {
    for (let pfn = range.from; pfn < range.to && cells.length < MOST; pfn += layout!.framesPerCell) {
      const facts = factsAt(state.windows, pfn)
      if (facts === null || (facts.kind < 3 && (facts.marks & ~(CellMark.HEAD | CellMark.TAIL)) === 0)) continue
      const rect = cellRect(layout!, pfn)
      if (rect === null) continue
      cells.push({
        pfn,
        kind: KINDS[facts.kind]?.name ?? String(facts.kind),
        owner: facts.owner,
        allocation: facts.allocation,
        refcount: facts.refcount,
        address: state.linear === null ? '' : linearAddress(state.linear, state.pageSize, pfn),
        marks: MARK_NAMES.filter(([, bit]) => (facts.marks & bit) !== 0).map(([name]) => name),
        rect: { ...rect, x: rect.x + GUTTER, y: rect.y - scroll },
      })
    }
  }
  const bytes: MapDescription['bytes'][number][] = []
  for (const range of layout !== null && showsBytes(layout) ? ranges : []) {
    for (let { from: pfn } = range; pfn < range.to; pfn++) {
      const data = state.bytesOf(pfn)
      const rect = cellRect(layout!, pfn)
      if (data === null || rect === null) continue
      const first = byteRect({ ...rect, x: rect.x + GUTTER, y: rect.y - scroll }, 0)
      bytes.push({ pfn, values: [...data.bytes], steps: [...data.steps], painted: [...data.painted], first })
    }
  }
  return {
    step: state.step,
    by: state.by,
    inkedBy: small ? (state.inks?.by ?? null) : null,
    inks: small && state.inks !== null ? inkedRuns(state.inks, layout, scroll, ranges, state.colours) : [],
    space: state.linear === null ? 'physical' : 'linear',
    framesPerCell: layout?.framesPerCell ?? 0,
    cellWidth: layout?.cellWidth ?? 0,
    from: ranges[0]?.from ?? 0,
    to: ranges.at(-1)?.to ?? 0,
    selectedPfn: state.selected?.pfn ?? -1,
    selectedFrames: state.selected?.frames ?? 0,
    selectedAllocation: state.selectedAllocation,
    bytes,
    cells,
  }
}

function inkedRuns(
  inks: InkedCells,
  layout: MapLayout,
  scroll: number,
  ranges: readonly VisibleRange[],
  colours: Palette,
): InkedRun[] {
  const pixels = inkPixels(colours, inks.by)
  const runs: InkedRun[] = []
  const { framesPerCell } = layout
  for (const { from, to } of ranges) {
    let pfn = from
    while (pfn < to) {
      const first = pfn
      const ink = inks.inkOf(first)
      do pfn += framesPerCell
      while (pfn < to && inks.inkOf(pfn) === ink)
      const rect = cellRect(layout, first)
      if (rect === null) continue
      const at = { ...rect, x: rect.x + GUTTER, y: rect.y - scroll }
      runs.push({ pfn: first, frames: Math.min(pfn, to) - first, ink, pixel: pixels[ink]!, rect: at })
    }
  }
  return runs
}
