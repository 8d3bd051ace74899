/**
 * The timeline: a bar for each piece of memory that lives in the range asked for, at most `maxBars`, with at most one
 * tick a pixel; and a lane for each task. Bars on which a rule was broken are always among them, then those that
 * others had rights on, then the longest.
 */
import { ALLOCATION_KIND_NAMES, AllocationKind } from '../../trace/allocation-kind.ts'
import { kernelAddress, hex } from '../../ownership/addresses.ts'
import type { Calls, Timeline, TimelineBar } from '../messages.ts'
import type { RunView } from './run-view.ts'
import { barRights } from './timeline-rights.ts'
import { barTicks } from './timeline-ticks.ts'
import { holdersOf } from './timeline-holders.ts'
import { taskLanes } from './timeline-lanes.ts'
import { timelineTracks } from './timeline-tracks.ts'

/** Ticks of one answer at most: with many bars, each has fewer. */
const MOST_TICKS = 8000

/** Answers `timeline`. Steps `from` and `to` are cut to the run; `width` is in pixels. */
export function timeline(view: RunView, ask: Calls['timeline']['ask']): Timeline {
  const from = Math.max(1, ask.from)
  const to = Math.min(Math.max(from, ask.to), Math.max(view.steps, 1))
  const perPixel = Math.max(1, (to - from + 1) / Math.max(1, ask.width))
  const { chosen, hidden } = chooseBars(view, from, to, ask)
  const perTick = Math.max(perPixel, ((to - from + 1) * chosen.length) / MOST_TICKS)
  const ticks = barTicks(view, chosen, from, to, perTick)
  return {
    lanes: taskLanes(view, from, to, perPixel),
    tracks: timelineTracks(view, from, to, perPixel),
    bars: chosen.map((id, i) => bar(view, id, ticks[i], barRights(view, id, from, to, perPixel))),
    hidden,
  }
}

/** Ids of the bars to show, in order of their first step, and how many of the range are left out. */
export function chooseBars(
  view: RunView,
  from: number,
  to: number,
  { maxBars, filter = '', pinned = [] }: Pick<Calls['timeline']['ask'], 'maxBars' | 'filter' | 'pinned'>,
): { chosen: number[]; hidden: number } {
  const { allocations } = view.run.ledger
  const wanted = filter.toLowerCase()
  const always = new Set(pinned)
  const levels = new Uint8Array(allocations.lastId + 1)
  const counts = new Uint32Array(CLASSES)
  let last = 0
  for (let id = 1; id <= allocations.lastId && allocations.bornAt(id) <= to; id++) {
    last = id
    const freed = allocations.freedAt(id)
    if (freed !== 0 && freed < from && lastUse(view, id) < from) continue
    const isPinned = always.has(id)
    if (!isPinned && (isInternal(view, id) || (wanted !== '' && !matches(view, id, wanted)))) continue
    levels[id] = isPinned ? BROKEN : weight(view, id, from, to)
    counts[levels[id]]++
  }
  // Whole classes from the top while they fit, then the first of the class that does not.
  let level = BROKEN
  let room = Math.max(0, maxBars - counts[BROKEN])
  while (level > 1 && counts[level - 1] <= room) room -= counts[--level]
  const chosen: number[] = []
  for (let id = 1; id <= last; id++) {
    if (levels[id] >= level || (levels[id] !== 0 && levels[id] === level - 1 && room-- > 0)) chosen.push(id)
  }
  return { chosen, hidden: counts.reduce((sum, count) => sum + count, 0) - chosen.length }
}

const CLASSES = 35
const BROKEN = 34
const SHARED = 33

/** Class of a bar, from 1, higher first: broken rules, rights of others, then the length as a power of two. */
function weight(view: RunView, id: number, from: number, to: number): number {
  if (view.broken[id] === 1) return BROKEN
  const { allocations } = view.run.ledger
  if (allocations.rights(id) !== 0) return SHARED
  const freed = allocations.freedAt(id)
  const length = Math.min(freed === 0 ? to : freed, to) - Math.max(allocations.bornAt(id), from) + 1
  return 32 - Math.clz32(Math.max(1, length))
}

/** Whether a memory's name, kind or owner has the text in it. */
function matches(view: RunView, id: number, wanted: string): boolean {
  const { allocations } = view.run.ledger
  const kind = ALLOCATION_KIND_NAMES[allocations.kind(id)] ?? ''
  const words = `${view.label(id)} ${kind} ${kind.replaceAll('-', ' ')} ${view.taskName(allocations.task(id))}`
  return words.toLowerCase().includes(wanted)
}

/** Last step at which a rule about the memory was broken; 0 = never. */
function lastUse(view: RunView, id: number): number {
  return view.broken[id] === 1 ? (view.violationsOf(id).at(-1)?.step ?? 0) : 0
}

/** Slab pages belong to the allocator: they are shown only if somebody took a right on them or broke a rule. */
function isInternal(view: RunView, id: number): boolean {
  const { allocations } = view.run.ledger
  return allocations.kind(id) === AllocationKind.SLAB && allocations.rights(id) === 0 && view.broken[id] === 0
}

function bar(view: RunView, id: number, ticks: TimelineBar['ticks'], rights: TimelineBar['rights']): TimelineBar {
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
    moves: holdersOf(view).movesOf(id),
    rights,
    address: hex(view.info, kernelAddress(view.info, allocations.kind(id), allocations.base(id))),
    bytes: allocations.size(id),
  }
}
