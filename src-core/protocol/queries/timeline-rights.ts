/** Rights of others as they are drawn inside a bar of the timeline. */
import { RightKind } from '../../ownership/right-table.ts'
import type { TimelineBar } from '../messages.ts'
import type { RunView } from './run-view.ts'
import { holdersOf } from './timeline-holders.ts'

/** Rights drawn inside one bar at most. */
const MAX_RIGHTS = 64

/** Rights on memory that meet the range, oldest first: those that are wide enough to be seen before the others. */
export function barRights(
  view: RunView,
  allocation: number,
  from: number,
  to: number,
  perPixel: number,
): TimelineBar['rights'] {
  const { ledger } = view.run
  const { rights } = ledger
  const end = view.steps + 1
  const wide: number[] = []
  const narrow: number[] = []
  for (
    let row = ledger.allocations.rights(allocation);
    row !== 0 && wide.length < MAX_RIGHTS;
    row = rights.older(row)
  ) {
    if (rights.kind(row) === RightKind.BELIEF) continue
    const begun = rights.from(row)
    const ended = rights.to(row) === 0 ? end : rights.to(row)
    if (begun > to || ended < from) continue
    if (Math.min(ended, to) - Math.max(begun, from) >= perPixel) wide.push(row)
    else if (narrow.length < MAX_RIGHTS) narrow.push(row)
  }
  const rows = [...wide, ...narrow.slice(0, MAX_RIGHTS - wide.length)].sort((x, y) => x - y)
  const named = rows.map((row) => {
    const right = ledger.right(row)
    return { kind: right.kind as string, from: right.from, to: right.to === 0 ? end : right.to, holder: right.task }
  })
  const nested = holdersOf(view)
    .nestedOf(allocation)
    .map((each) => (each.to === 0 ? { ...each, to: end } : each))
    .filter((each) => each.from <= to && each.to >= from)
  if (nested.length === 0) return named
  return [...named, ...nested].sort((x, y) => x.from - y.from).slice(0, MAX_RIGHTS)
}
