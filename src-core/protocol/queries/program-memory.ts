/** Where the memory of a run lay, for showing that part of the machine first. */
import type { Calls } from '../messages.ts'
import { locateTarget, type Location } from './locate.ts'
import type { RunView } from './run-view.ts'
import { chooseBars } from './timeline.ts'

/** Memories that are looked up at most, and problems whose memory is looked up first. */
const MEMORIES = 24
const PROBLEMS = 8

/** Answers `programMemory`: the frames of what problems are about, then of the rest of the run, each when it lived. */
export function programMemory(
  view: RunView,
  _ask: Calls['programMemory']['ask'],
): { readonly runs: readonly Location[] } {
  const livedAt = new Map<number, number>()
  for (const { memory, step } of view.run.report.diagnoses) {
    const known = memory !== null && memory.allocation > 0
    if (known && livedAt.size < PROBLEMS) livedAt.set(memory.allocation, Math.max(1, step - 1))
  }
  const { chosen } = chooseBars(view, 1, Math.max(view.steps, 1), { maxBars: MEMORIES })
  for (const id of chosen.slice(0, MEMORIES)) livedAt.set(id, Math.max(1, view.run.ledger.allocations.bornAt(id)))
  const runs = [...livedAt].map(([allocation, step]) => {
    view.cursor.seek(step)
    return locateTarget(view, { allocation })
  })
  return { runs: runs.filter(({ pfn }) => pfn >= 0) }
}
