/** Questions about steps: rows of them, those of a source line, the next one that concerns something. */
import { OP_NAMES } from '../../trace/ops.ts'
import type { Calls, StepRow, Target } from '../messages.ts'
import { effectOf } from './effects.ts'
import { deltaTouches } from './frame-deltas.ts'
import type { RunView } from './run-view.ts'
import { frameOfStep, subjectFrame } from './subjects.ts'

/** Most rows of one answer. */
const MAX_ROWS = 1000
/** Most steps of one line. */
const MAX_LINE_STEPS = 100

/** Answers `steps`: rows of consecutive steps, as many of the range as exist. */
export function stepRows(view: RunView, ask: Calls['steps']['ask']): { readonly rows: readonly StepRow[] } {
  const from = Math.max(1, ask.from)
  const to = Math.min(view.steps, ask.from + Math.min(ask.count, MAX_ROWS) - 1)
  const rows: StepRow[] = []
  for (let step = from; step <= to; step++) rows.push(stepRow(view, step))
  return { rows }
}

function stepRow(view: RunView, step: number): StepRow {
  view.cursor.seek(step)
  const { chunk, row } = view.store.place(step)
  const { file, line, column, endLine, endColumn, text } = view.span(chunk.ops.site[row])
  return {
    step,
    op: OP_NAMES[chunk.ops.kind[row]] ?? 'other',
    task: chunk.ops.task[row],
    file,
    line,
    column,
    endLine,
    endColumn,
    text,
    allocation: chunk.ops.allocation[row],
    pfn: frameOfStep(view, step),
    effect: effectOf(view, step),
  }
}

/** Answers `stepsOfLine`: the first steps whose call starts on the line, and how many there are. */
export function stepsOfLine(
  view: RunView,
  ask: Calls['stepsOfLine']['ask'],
): { readonly steps: readonly number[]; readonly total: number } {
  const { sites, files } = view.run.program
  const onLine = Uint8Array.from(sites, (site) => (site.line === ask.line && files[site.file] === ask.file ? 1 : 0))
  const steps: number[] = []
  let total = 0
  if (!onLine.includes(1)) return { steps, total }
  for (const chunk of view.store.chunks) {
    const { site } = chunk.ops
    for (let row = 0; row < chunk.opCount; row++) {
      if (onLine[site[row]] !== 1) continue
      total++
      if (steps.length < MAX_LINE_STEPS) steps.push(chunk.firstStep + row)
    }
  }
  return { steps, total }
}

/** Answers `neighbours`: the nearest steps before and after `step` that concern the target; 0 = none. */
export function neighbours(
  view: RunView,
  ask: Calls['neighbours']['ask'],
): { readonly previous: number; readonly next: number } {
  const { steps } = view
  let previous = Math.min(ask.step, steps + 1) - 1
  while (previous > 0 && !concerns(view, previous, ask.target)) previous--
  let next = Math.max(0, ask.step) + 1
  while (next <= steps && !concerns(view, next, ask.target)) next++
  return { previous: Math.max(0, previous), next: next > steps ? 0 : next }
}

/** True if a step made, names, changed or gave back the target. */
export function concerns(view: RunView, step: number, target: Target): boolean {
  const { chunk, row } = view.store.place(step)
  const { ops } = chunk
  if ('allocation' in target) {
    const { allocations } = view.run.ledger
    const id = target.allocation
    return ops.allocation[row] === id || allocations.bornAt(id) === step || allocations.freedAt(id) === step
  }
  const { pageShift } = view.info
  if (subjectFrame(ops.kind[row], ops.subject[row], pageShift) === target.pfn) return true
  for (let d = row === 0 ? 0 : ops.deltaEnd[row - 1]; d < ops.deltaEnd[row]; d++) {
    if (deltaTouches(chunk, d, target.pfn, pageShift)) return true
  }
  return false
}
