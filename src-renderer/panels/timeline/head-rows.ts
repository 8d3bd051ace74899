/** The rows above the memories: a lane for each task, then the tracks; which there are, in what order. Pure. */
import type { TimelineLane, TimelineTrack, TrackGroup } from '../../../src-core/protocol/messages.ts'

export const LANE = 22
/** Share of the view that rows which never scroll may take. */
const FIXED_SHARE = 0.45

export type LaneGroup = 'task' | TrackGroup
export const GROUP_WORDS: Readonly<Record<LaneGroup, string>> = {
  task: 'Tasks',
  irq: 'Interrupts',
  lock: 'Locks',
  rcu: 'RCU',
  reclaim: 'Shrinkers',
  device: 'Devices',
}

export interface HeadRow {
  readonly key: string
  readonly name: string
  readonly group: LaneGroup
  readonly pinned: boolean
  readonly lane: TimelineLane | null
  readonly track: TimelineTrack | null
}

export interface Head {
  readonly rows: readonly HeadRow[]
  /** The first of them stay where they are; the others lie below the memories and scroll with them. */
  readonly fixed: number
  /** Height of those that scroll. */
  readonly scrolled: number
}

export interface HeadWishes {
  /** Keys of pinned rows, in order. */
  readonly pinned: readonly string[]
  readonly hiddenGroups: ReadonlySet<LaneGroup>
  readonly filter: string
  /** The task at the playhead, whose lane never scrolls away; -1 = none. */
  readonly running: number
}

export function laneGroup(context: string): LaneGroup {
  return context === 'irq' || context === 'softirq' ? 'irq' : 'task'
}

/** `room` is the height below the ruler. A filter that names a row keeps only such rows; pinned ones always stay. */
export function headRows(
  lanes: readonly TimelineLane[],
  tracks: readonly TimelineTrack[],
  wishes: HeadWishes,
  room: number,
): Head {
  const rows: HeadRow[] = [
    ...lanes.map((lane) => ({
      key: `task ${lane.task}`,
      name: lane.name,
      group: laneGroup(lane.context),
      pinned: wishes.pinned.includes(`task ${lane.task}`),
      lane,
      track: null,
    })),
    ...tracks.map((track) => ({
      key: track.id,
      name: track.name,
      group: track.group,
      pinned: wishes.pinned.includes(track.id),
      lane: null,
      track,
    })),
  ]
  const wanted = wishes.filter.toLowerCase()
  const named = (row: HeadRow): boolean => row.name.toLowerCase().includes(wanted)
  const narrow = wanted !== '' && rows.some(named)
  const shown = rows.filter((row) => row.pinned || (!wishes.hiddenGroups.has(row.group) && (!narrow || named(row))))
  const rank = (row: HeadRow): number => (row.pinned ? wishes.pinned.indexOf(row.key) : wishes.pinned.length)
  const order = shown.map((row, at) => ({ row, at })).sort((x, y) => rank(x.row) - rank(y.row) || x.at - y.at)
  const pinned = shown.filter((row) => row.pinned).length
  const fixed = Math.min(shown.length, Math.max(1, pinned, Math.floor((room * FIXED_SHARE) / LANE)))
  const inOrder = order.map(({ row }) => row)
  const at = inOrder.findIndex((row) => laneRuns(row, wishes.running))
  if (at >= fixed && fixed > pinned) inOrder.splice(fixed - 1, 0, ...inOrder.splice(at, 1))
  return { rows: inOrder, fixed, scrolled: (shown.length - fixed) * LANE }
}

/** True if a row that does not scroll is the lane of a task. */
export function showsAlways({ rows, fixed }: Head, task: number): boolean {
  return rows.slice(0, fixed).some((row) => laneRuns(row, task))
}

function laneRuns(row: HeadRow, task: number): boolean {
  return row.lane?.tasks.includes(task) ?? false
}
