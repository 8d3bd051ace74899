/** What the timeline draws at this moment, as plain data for tests. */
import { stepToX, type Axis } from './axis.ts'
import { faultsOf } from './draw-bar.ts'
import type { TimelineTotals } from '../../../src-core/protocol/messages.ts'
import type { Head } from './head-rows.ts'
import { bodyTop, GUTTER, headRowTop } from './scene.ts'
import type { TimelineProblems } from './problems.ts'
import { BAR_HEIGHT, type RowLayout } from './rows.ts'

export interface DrawnBar {
  readonly allocation: number
  readonly label: string
  readonly kind: string
  readonly owner: number
  readonly from: number
  readonly to: number
  readonly freed: boolean
  /** Steps with a red flag. */
  readonly flags: readonly number[]
  /** Steps with a red triangle: other broken rules. */
  readonly problems: readonly number[]
  /** Step with the outline of a flag: it became invalid here; 0 = none. */
  readonly invalidAt: number
  readonly moves: readonly { readonly step: number; readonly task: number }[]
  readonly unfolded: boolean
  readonly pinned: boolean
  readonly rightsLeft: boolean
  readonly selected: boolean
  readonly ticks: readonly { readonly step: number; readonly kind: string }[]
  readonly rights: readonly { readonly kind: string; readonly from: number; readonly to: number }[]
  /** In CSS pixels of the canvas. */
  readonly rect: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
}

export interface DrawnTrack {
  readonly id: string
  readonly group: string
  readonly name: string
  readonly pinned: boolean
  readonly y: number
  readonly spans: readonly {
    readonly from: number
    readonly to: number
    readonly task: number
    readonly count: number
  }[]
}

export interface TimelineDescription {
  readonly step: number
  readonly steps: number
  readonly from: number
  readonly to: number
  readonly playheadX: number
  readonly lanes: readonly {
    readonly tasks: readonly number[]
    readonly name: string
    readonly runs: readonly (readonly [number, number])[]
  }[]
  readonly tracks: readonly DrawnTrack[]
  readonly area: { readonly from: number; readonly to: number } | null
  readonly totals: TimelineTotals | null
  readonly selectedAllocation: number
  readonly hidden: number
  readonly bars: readonly DrawnBar[]
}

export function describeTimeline(state: {
  readonly axis: Axis
  readonly step: number
  readonly steps: number
  readonly width: number
  readonly head: Head
  readonly area: { readonly from: number; readonly to: number } | null
  readonly totals: TimelineTotals | null
  readonly layout: RowLayout
  readonly scroll: number
  readonly problems: TimelineProblems
  readonly selectedAllocation: number
  readonly hidden: number
}): TimelineDescription {
  const toX = (step: number): number => GUTTER + stepToX(state.axis, step, state.width)
  const top = bodyTop(state.head)
  return {
    step: state.step,
    steps: state.steps,
    from: state.axis.from,
    to: state.axis.to,
    playheadX: toX(state.step),
    lanes: state.head.rows.flatMap(({ lane }) =>
      lane === null ? [] : [{ tasks: lane.tasks, name: lane.name, runs: lane.runs }],
    ),
    tracks: state.head.rows.flatMap(({ track, pinned }, at) => {
      if (track === null) return []
      const { id, group, name } = track
      const spans = track.spans.map(({ from, to, task, count }) => ({ from, to, task, count }))
      return [{ id, group, name, pinned, y: headRowTop(state, at), spans }]
    }),
    area: state.area,
    totals: state.totals,
    selectedAllocation: state.selectedAllocation,
    hidden: state.hidden,
    bars: state.layout.bars.map((placed) => {
      const { bar } = placed
      const faults = faultsOf(placed, state.problems)
      return {
        allocation: bar.allocation,
        label: bar.label,
        kind: bar.kind,
        owner: bar.owner,
        from: bar.from,
        to: bar.to,
        freed: bar.freed,
        flags: faults.uses,
        problems: faults.others,
        invalidAt: faults.invalidAt,
        moves: bar.moves.map(({ step, task }) => ({ step, task })),
        unfolded: placed.unfolded,
        pinned: placed.pinned,
        rightsLeft: faults.rightsLeft,
        selected: bar.allocation === state.selectedAllocation,
        ticks: bar.ticks.map(({ step, kind }) => ({ step, kind })),
        rights: bar.rights.map(({ kind, from, to }) => ({ kind, from, to })),
        rect: {
          x: toX(bar.from),
          y: top + placed.top - state.scroll,
          width: toX(bar.to) - toX(bar.from),
          height: BAR_HEIGHT,
        },
      }
    }),
  }
}
