/** A click on a line: the playhead goes to a step of that line, and the selection to what the step concerned. */
import type { StepRow, Target } from '../../../src-core/protocol/messages.ts'
import { useCursorStore } from '../../stores/cursor.ts'
import { useSelectionStore } from '../../stores/selection.ts'
import { useSessionStore } from '../../stores/session.ts'

export async function followLine(file: string, line: number): Promise<void> {
  const session = useSessionStore()
  const cursor = useCursorStore()
  const selection = useSelectionStore()
  const run = session.runId
  if (run === 0 || session.stale) return
  const { steps } = await session.call('stepsOfLine', { run, file, line })
  if (run !== session.runId || steps.length === 0) return
  const step = nextOf(steps, cursor.step)
  const { rows } = await session.call('steps', { run, from: step, count: 1 })
  if (run === session.runId) selection.selectStep(step, targetOfRow(rows[0]))
}

/** A line that ran often is walked through click by click: the next step after the playhead, else the first. */
export function nextOf(steps: readonly number[], now: number): number {
  return steps.find((step) => step > now) ?? steps[0] ?? 0
}

function targetOfRow(row: StepRow | undefined): Target | null {
  if (row === undefined) return null
  if (row.allocation > 0) return { allocation: row.allocation }
  return row.pfn >= 0 ? { pfn: row.pfn } : null
}
