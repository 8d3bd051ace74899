/** Why a run ended before the program did, in words. */
import type { BudgetEnd } from '../trace/record.ts'
import type { Report } from './report.ts'

const MESSAGES: Readonly<Record<BudgetEnd['limit'], string>> = {
  steps: 'the step budget is used up; `--steps` allows more',
  turns: 'millions of loop turns and calls without a step, or one call over millions of elements: this does not end',
  depth: 'calls are nested too deep: this recursion does not end',
  memory: 'the memory budget is used up; `--memory-limit` allows more',
  seconds: 'the time budget is used up; `--seconds` allows more',
  interrupted: 'the run was stopped',
}

/** The `budget` field of a report. */
export function budgetWords({ limit, at }: BudgetEnd): NonNullable<Report['budget']> {
  const message = MESSAGES[limit]
  return at === null ? { limit, message } : { limit, message, at: { ...at, column: 1 } }
}
