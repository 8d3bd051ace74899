/**
 * Lanes of the timeline: the stretches in which each task ran, merged to the pixel. Runs of one interrupt handler,
 * each a task of its own, share a lane.
 */
import type { TimelineLane } from '../messages.ts'
import type { RunView } from './run-view.ts'

/** One lane a task of the run (interrupt handlers: one a name), with its stretches between two steps. */
export function taskLanes(view: RunView, from: number, to: number, perPixel: number): TimelineLane[] {
  const lanes: { task: number; tasks: number[]; name: string; context: string; runs: [number, number][] }[] = []
  const shared = new Map<string, (typeof lanes)[number]>()
  const runs = view.run.record.tasks.map(({ id, name, context }) => {
    const key = `${context} ${name}`
    const known = context === 'irq' || context === 'softirq' ? shared.get(key) : undefined
    if (known !== undefined) {
      known.tasks.push(id)
      return known.runs
    }
    const lane = { task: id, tasks: [id], name: view.taskName(id), context, runs: [] as [number, number][] }
    lanes.push(lane)
    shared.set(key, lane)
    return lane.runs
  })
  const close = (task: number, start: number, end: number): void => {
    const lane = runs[task]
    if (lane === undefined) return
    const last = lane.at(-1)
    if (last !== undefined && start - last[1] <= perPixel) last[1] = end
    else lane.push([start, end])
  }
  let task = -1
  let start = from
  for (const chunk of view.store.chunks) {
    const column = chunk.ops.task
    const last = Math.min(chunk.opCount - 1, to - chunk.firstStep)
    for (let row = Math.max(0, from - chunk.firstStep); row <= last; row++) {
      if (column[row] === task) continue
      const step = chunk.firstStep + row
      if (task >= 0) close(task, start, step - 1)
      task = column[row]
      start = step
    }
  }
  if (task >= 0) close(task, start, Math.min(to, view.steps))
  return lanes
}
