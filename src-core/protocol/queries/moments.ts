/** Two moments of one target: which one to compare with, and the rows of both side by side. */
import type { FieldRow, Target } from '../messages.ts'
import type { Field } from './page-fields.ts'
import type { RunView } from './run-view.ts'
import { stepsOf } from './target-steps.ts'

/**
 * The moment before the latest event of a target up to `step`: the step of the event before it, or the step before
 * its first one. Without any event `step` itself.
 */
export function momentBefore(view: RunView, target: Target, step: number): number {
  const steps = stepsOf(view, target)
  let low = 0
  let high = steps.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (steps[middle]! <= step) low = middle + 1
    else high = middle
  }
  if (low === 0) return step
  return low === 1 ? steps[0]! - 1 : steps[low - 2]!
}

/** What `read` gives at another step; the cursor is where it was afterwards. */
export function at<T>(view: RunView, step: number, read: () => T): T {
  const { cursor } = view
  const here = cursor.step
  cursor.seek(step)
  const found = read()
  cursor.seek(here)
  return found
}

/** Rows of now with what each was before, then the rows that are gone, with an empty value. */
export function compareFields(now: readonly Field[], before: readonly Field[]): FieldRow[] {
  const old = new Map(before.map((row) => [row.name, row]))
  const rows = now.map((row): FieldRow => {
    const was = old.get(row.name)?.value ?? ''
    old.delete(row.name)
    return { ...row, before: was, changed: was !== row.value }
  })
  for (const row of old.values()) rows.push({ ...row, value: '', before: row.value, changed: true })
  return rows
}
