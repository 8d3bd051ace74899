/** Which row each bar of the timeline lies in, and the thin bars of rights below it. Pure geometry. */
import type { TimelineBar } from '../../../src-core/protocol/messages.ts'

export const BAR_HEIGHT = 16
export const RIGHT_HEIGHT = 5
const ROW_PADDING = 6
const RIGHTS_SHOWN = 4
/** Up to this many bars, each has a row of its own with its name at the left. */
const OWN_ROW = 60

export interface PlacedRight {
  /** Index into the bar's `rights`. */
  readonly index: number
  /** 0 is directly below the bar. */
  readonly lane: number
}

export interface PlacedBar {
  readonly bar: TimelineBar
  /** Top of the bar inside the scrolling area, in pixels. */
  readonly top: number
  readonly row: number
  /** Last step that anything of this bar is drawn at: a right or a use after the free lies beyond its end. */
  readonly until: number
  readonly rights: readonly PlacedRight[]
  readonly hiddenRights: number
}

export interface RowLayout {
  readonly bars: readonly PlacedBar[]
  /** True when several bars share rows: names are then drawn inside the bars. */
  readonly packed: boolean
  readonly rows: readonly { readonly top: number; readonly height: number }[]
  readonly height: number
}

function placeRights(bar: TimelineBar): { placed: PlacedRight[]; hidden: number } {
  const ends: number[] = []
  const placed: PlacedRight[] = []
  let hidden = 0
  bar.rights.forEach((right, index) => {
    let lane = ends.findIndex((end) => end <= right.from)
    if (lane < 0) lane = ends.length
    if (lane >= RIGHTS_SHOWN) {
      hidden += 1
      return
    }
    ends[lane] = right.to
    placed.push({ index, lane })
  })
  return { placed, hidden }
}

/** `uses` are the steps at which a bar's memory was used while invalid, beyond those in its ticks. */
export function layoutRows(bars: readonly TimelineBar[], uses: ReadonlyMap<number, readonly number[]>): RowLayout {
  const sorted = [...bars].sort((a, b) => a.from - b.from || a.allocation - b.allocation)
  const packed = sorted.length > OWN_ROW
  const rowEnds: number[] = []
  const rowLanes: number[] = []
  const chosen = sorted.map((bar) => {
    const { placed, hidden } = placeRights(bar)
    const until = Math.max(
      bar.to,
      ...bar.rights.map((each) => each.to),
      ...bar.ticks.map((each) => each.step),
      ...(uses.get(bar.allocation) ?? []),
    )
    let row = packed ? rowEnds.findIndex((end) => end < bar.from) : -1
    if (row < 0) row = rowEnds.length
    rowEnds[row] = until
    rowLanes[row] = Math.max(rowLanes[row] ?? 0, ...placed.map((each) => each.lane + 1), 0)
    return { bar, row, until, rights: placed, hiddenRights: hidden }
  })
  const rows: { top: number; height: number }[] = []
  let top = 0
  for (const lanes of rowLanes) {
    const height = BAR_HEIGHT + ROW_PADDING + (lanes > 0 ? lanes * RIGHT_HEIGHT + 2 : 0)
    rows.push({ top, height })
    top += height
  }
  return {
    bars: chosen.map((each) => ({ ...each, top: rows[each.row]!.top + ROW_PADDING / 2 })),
    packed,
    rows,
    height: top,
  }
}
