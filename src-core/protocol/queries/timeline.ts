/**
 * The timeline: a bar for each piece of memory that lives in the range asked for, at most `maxBars`, with at most one
 * tick a pixel; and a lane for each task. Bars on which a rule was broken are always among them, then those that
 * others had rights on, then the longest.
 */
import { ALLOCATION_KIND_NAMES, AllocationKind } from '../../trace/allocation-kind.ts'
import { kernelAddress, hex } from '../../ownership/addresses.ts'
import type { Calls, Timeline, TimelineBar } from '../messages.ts'
import type { RunView } from './run-view.ts'
import { barTicks } from './timeline-ticks.ts'
import { taskLanes } from './timeline-lanes.ts'

/** Rights drawn inside one bar at most. */
const MAX_RIGHTS = 64

/** Answers `timeline`. Steps `from` and `to` are cut to the run; `width` is in pixels. */
export function timeline(view: RunView, ask: Calls['timeline']['ask']): Timeline {
  const from = Math.max(1, ask.from)
  const to = Math.min(Math.max(from, ask.to), Math.max(view.steps, 1))
  const perPixel = Math.max(1, (to - from + 1) / Math.max(1, ask.width))
  const { chosen, hidden } = chooseBars(view, from, to, ask.maxBars)
  const ticks = barTicks(view, chosen, from, to, perPixel)
  view.cursor.seek(to)
  return {
    lanes: taskLanes(view, from, to, perPixel),
    bars: chosen.map((id, i) => bar(view, id, ticks[i])),
    hidden,
  }
}

/** Ids of the bars to show, in order of their first step, and how many of the range are left out. */
function chooseBars(view: RunView, from: number, to: number, maxBars: number): { chosen: number[]; hidden: number } {
  const { allocations } = view.run.ledger
  const candidates: number[] = []
  for (let id = 1; id <= allocations.lastId; id++) {
    const born = allocations.bornAt(id)
    if (born > to) break
    const freed = allocations.freedAt(id)
    if (freed !== 0 && freed < from && lastUse(view, id) < from) continue
    if (isInternal(view, id)) continue
    candidates.push(id)
  }
  if (candidates.length <= maxBars) return { chosen: candidates, hidden: 0 }
  const classes: number[][] = Array.from({ length: CLASSES }, () => [])
  for (const id of candidates) classes[weight(view, id, from, to)].push(id)
  const chosen: number[] = []
  for (let level = CLASSES - 1; level >= 0 && (chosen.length < maxBars || level === BROKEN); level--) {
    const room = level === BROKEN ? classes[level].length : maxBars - chosen.length
    for (const id of classes[level].slice(0, Math.max(0, room))) chosen.push(id)
  }
  return { chosen: chosen.sort((x, y) => x - y), hidden: candidates.length - chosen.length }
}

const CLASSES = 35
const BROKEN = 34
const SHARED = 33

/** Class of a bar, higher first: broken rules, rights of others, then the length as a power of two. */
function weight(view: RunView, id: number, from: number, to: number): number {
  if (view.violationsOf(id).length > 0) return BROKEN
  const { allocations } = view.run.ledger
  if (allocations.rights(id) !== 0) return SHARED
  const freed = allocations.freedAt(id)
  const length = Math.min(freed === 0 ? to : freed, to) - Math.max(allocations.bornAt(id), from) + 1
  return 32 - Math.clz32(Math.max(1, length))
}

/** Last step at which a rule about the memory was broken; 0 = never. */
function lastUse(view: RunView, id: number): number {
  return view.violationsOf(id).at(-1)?.step ?? 0
}

/** Slab pages belong to the allocator: they are shown only if somebody took a right on them or broke a rule. */
function isInternal(view: RunView, id: number): boolean {
  const { allocations } = view.run.ledger
  return (
    allocations.kind(id) === AllocationKind.SLAB && allocations.rights(id) === 0 && view.violationsOf(id).length === 0
  )
}

function bar(view: RunView, id: number, ticks: TimelineBar['ticks']): TimelineBar {
  const { allocations } = view.run.ledger
  const freed = allocations.freedAt(id)
  const end = view.steps + 1
  return {
    allocation: id,
    label: view.label(id),
    kind: ALLOCATION_KIND_NAMES[allocations.kind(id)] ?? 'none',
    owner: allocations.task(id),
    from: allocations.bornAt(id),
    to: freed === 0 ? end : freed,
    freed: freed !== 0,
    ticks,
    rights: view.run.ledger
      .rightsOf(id)
      .slice(0, MAX_RIGHTS)
      .map((right) => ({
        kind: right.kind,
        from: right.from,
        to: right.to === 0 ? end : right.to,
        holder: right.task,
      })),
    address: hex(kernelAddress(view.info, allocations.kind(id), allocations.base(id))),
    bytes: allocations.size(id),
  }
}
