/** Which row each bar of the timeline lies in, and the thin bars of rights below it. Pure geometry. */
import type { TimelineBar } from '../../../src-core/protocol/messages.ts'

export const BAR_HEIGHT = 16
export const RIGHT_HEIGHT = 5
const ROW_PADDING = 6
/** Height of a right that is unfolded: room for its name. */
export const UNFOLDED_HEIGHT = 15
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
  /** Height of a lane of rights. */
  readonly rightHeight: number
  readonly unfolded: boolean
  readonly pinned: boolean
  readonly hiddenRights: number
}

export interface RowLayout {
  readonly bars: readonly PlacedBar[]
  /** True when several bars share rows: names are then drawn inside the bars. */
  readonly packed: boolean
  readonly rows: readonly { readonly top: number; readonly height: number }[]
  readonly height: number
}

function placeRights(bar: TimelineBar, unfolded: boolean): { placed: PlacedRight[]; hidden: number } {
  const ends: number[] = []
  const placed: PlacedRight[] = []
  let hidden = 0
  bar.rights.forEach((right, index) => {
    let lane = unfolded ? -1 : ends.findIndex((end) => end <= right.from)
    if (lane < 0) lane = ends.length
    if (!unfolded && lane >= RIGHTS_SHOWN) {
      hidden += 1
      return
    }
    ends[lane] = right.to
    placed.push({ index, lane })
  })
  return { placed, hidden }
}

export interface RowWishes {
  /** Memories whose rights have a row each, with a name. */
  readonly unfolded: ReadonlySet<number>
  /** Memories that come first. */
  readonly pinned: ReadonlySet<number>
}
const NO_WISHES: RowWishes = { unfolded: new Set(), pinned: new Set() }

/** `uses` are the steps at which a bar's memory was used while invalid, beyond those in its ticks. */
export function layoutRows(
  bars: readonly TimelineBar[],
  uses: ReadonlyMap<number, readonly number[]>,
  wishes = NO_WISHES,
): RowLayout {
  const first = (bar: TimelineBar): number => (wishes.pinned.has(bar.allocation) ? 0 : 1)
  const sorted = [...bars].sort((a, b) => first(a) - first(b) || a.from - b.from || a.allocation - b.allocation)
  const packed = sorted.length > OWN_ROW
  const rowEnds: number[] = []
  const rowRights: number[] = []
  const chosen = sorted.map((bar) => {
    const unfolded = wishes.unfolded.has(bar.allocation)
    const pinned = wishes.pinned.has(bar.allocation)
    const { placed, hidden } = placeRights(bar, unfolded)
    const rightHeight = unfolded ? UNFOLDED_HEIGHT : RIGHT_HEIGHT
    const until = Math.max(
      bar.to,
      ...bar.rights.map((each) => each.to),
      ...bar.ticks.map((each) => each.step),
      ...(uses.get(bar.allocation) ?? []),
    )
    const alone = pinned || unfolded
    let row = packed && !alone ? rowEnds.findIndex((end) => end < bar.from) : -1
    if (row < 0) row = rowEnds.length
    rowEnds[row] = alone ? Infinity : until
    rowRights[row] = Math.max(rowRights[row] ?? 0, ...placed.map((each) => (each.lane + 1) * rightHeight), 0)
    return { bar, row, until, rights: placed, rightHeight, unfolded, pinned, hiddenRights: hidden }
  })
  const rows: { top: number; height: number }[] = []
  let top = 0
  for (const rights of rowRights) {
    const height = BAR_HEIGHT + ROW_PADDING + (rights > 0 ? rights + 2 : 0)
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
