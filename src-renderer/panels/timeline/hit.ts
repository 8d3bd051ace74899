/** What lies under a point of the timeline. */
import type { TimelineLane, TimelineSpan, TimelineTick, TimelineTrack } from '../../../src-core/protocol/messages.ts'
import { stepToX, xToStep, type Axis } from './axis.ts'
import { LANE, type Head, type HeadRow } from './head-rows.ts'
import { bodyTop, GUTTER, RULER } from './scene.ts'
import { BAR_HEIGHT, type PlacedBar, type RowLayout } from './rows.ts'

export type Hit =
  | { readonly on: 'ruler'; readonly step: number }
  | { readonly on: 'playhead'; readonly step: number }
  | { readonly on: 'lane'; readonly lane: TimelineLane; readonly step: number }
  | { readonly on: 'span'; readonly track: TimelineTrack; readonly span: TimelineSpan; readonly step: number }
  | { readonly on: 'name'; readonly row: HeadRow }
  | { readonly on: 'chevron'; readonly placed: PlacedBar }
  | { readonly on: 'tick'; readonly placed: PlacedBar; readonly tick: TimelineTick }
  | { readonly on: 'right'; readonly placed: PlacedBar; readonly index: number }
  | { readonly on: 'bar'; readonly placed: PlacedBar; readonly step: number }
  | { readonly on: 'nothing' }

const TICK_REACH = 6
const PLAYHEAD_REACH = 5
/** Width of what unfolds a memory, from the left. */
const CHEVRON = 24

export interface HitScene {
  readonly axis: Axis
  readonly steps: number
  readonly step: number
  readonly width: number
  readonly head: Head
  readonly layout: RowLayout
  readonly scroll: number
  readonly uses: ReadonlyMap<number, readonly number[]>
}

export function hitTest(scene: HitScene, x: number, y: number): Hit {
  const toX = (step: number): number => GUTTER + stepToX(scene.axis, step, scene.width)
  const step = Math.max(0, Math.min(scene.steps, Math.round(xToStep(scene.axis, x - GUTTER, scene.width))))
  if (y < RULER) return x >= GUTTER - 8 ? { on: 'ruler', step } : { on: 'nothing' }
  const { head } = scene
  const top = bodyTop(head)
  if (y < top) return headAt(scene, toX, Math.floor((y - RULER) / LANE), x, step)
  const inside = y - top + scene.scroll
  const below = inside - scene.layout.height
  if (below >= 0) {
    const found = headAt(scene, toX, head.fixed + Math.floor(below / LANE), x, step)
    if (found.on !== 'nothing') return found
  }
  const found = barAt(scene, toX, x, inside)
  if (found !== null) return found
  if (x >= GUTTER && Math.abs(x - toX(scene.step)) <= PLAYHEAD_REACH) return { on: 'playhead', step: scene.step }
  return { on: 'nothing' }
}

function headAt(scene: HitScene, toX: (step: number) => number, at: number, x: number, step: number): Hit {
  const row = scene.head.rows[at]
  if (row === undefined) return { on: 'nothing' }
  if (x < GUTTER) return { on: 'name', row }
  if (row.lane !== null) return { on: 'lane', lane: row.lane, step }
  const { track } = row
  const span = track?.spans.find((each) => x >= toX(each.from) - 3 && x <= Math.max(toX(each.to), toX(each.from)) + 3)
  return track === null || span === undefined ? { on: 'nothing' } : { on: 'span', track, span, step }
}

function barAt(scene: HitScene, toX: (step: number) => number, x: number, y: number): Hit | null {
  const { layout } = scene
  for (const placed of layout.bars) {
    const row = layout.rows[placed.row]!
    if (y < row.top || y >= row.top + row.height) continue
    const { bar } = placed
    if (x < CHEVRON && !layout.packed && bar.rights.length > 0 && y < placed.top + BAR_HEIGHT + 4)
      return { on: 'chevron', placed }
    if (x < GUTTER) return layout.packed ? null : { on: 'bar', placed, step: bar.from }
    const below = y - placed.top - BAR_HEIGHT - 1
    if (below >= 0) {
      const lane = Math.floor(below / placed.rightHeight)
      const right = placed.rights.find(({ index, lane: at }) => {
        const { from, to } = bar.rights[index]!
        return at === lane && x >= toX(from) - 3 && x <= Math.max(toX(to), toX(from) + 6)
      })
      if (right !== undefined) return { on: 'right', placed, index: right.index }
    }
    const tick = nearestTick(scene, placed, toX, x)
    if (tick !== null) return { on: 'tick', placed, tick }
    if (x >= toX(bar.from) - 3 && x <= Math.max(toX(placed.until), toX(bar.from) + 8)) {
      const step = Math.round(xToStep(scene.axis, x - GUTTER, scene.width))
      return { on: 'bar', placed, step }
    }
  }
  return null
}

function nearestTick(
  scene: HitScene,
  placed: PlacedBar,
  toX: (step: number) => number,
  x: number,
): TimelineTick | null {
  const extra: TimelineTick[] = (scene.uses.get(placed.bar.allocation) ?? []).map((step) => ({
    step,
    kind: 'violation',
    count: 1,
  }))
  let best: TimelineTick | null = null
  let distance = TICK_REACH + 0.01
  for (const tick of [...extra, ...placed.bar.ticks]) {
    // A flag waves to the right of its pole: the flag is part of the mark.
    const at = toX(tick.step)
    const away = tick.kind === 'violation' && x > at && x < at + 12 ? 0 : Math.abs(x - at)
    if (away < distance) {
      distance = away
      best = tick
    }
  }
  return best
}
