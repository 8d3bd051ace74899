/** Questions about steps: rows of them, those of a source line, the next one that concerns something. */
import { OP_NAMES } from '../../trace/ops.ts'
import type { Calls, StepRow } from '../messages.ts'
import { effectOf } from './effects.ts'
import type { RunView } from './run-view.ts'
import { frameOfStep } from './subjects.ts'
import { stepsOf } from './target-steps.ts'

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
    within: view.run.program.sites[chunk.ops.site[row]]?.within ?? null,
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
  const steps = stepsOf(view, ask.target)
  const at = firstFrom(steps, ask.step)
  const next = steps[at] === ask.step ? at + 1 : at
  return { previous: steps[at - 1] ?? 0, next: steps[next] ?? 0 }
}

/** Position of the first of ascending steps that is `step` or later. */
function firstFrom(steps: Uint32Array, step: number): number {
  let low = 0
  let high = steps.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (steps[middle] < step) low = middle + 1
    else high = middle
  }
  return low
}
