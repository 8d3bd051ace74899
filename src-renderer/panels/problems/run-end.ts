/** How a run ended that did not reach the end of its program, in words for a person at the app. */
import { APP_BUDGETS } from '../../../src-core/protocol/app-budgets.ts'
import type { Report } from '../../../src-core/report/report.ts'

type Limit = NonNullable<Report['budget']>['limit']
type Ended = Pick<Report, 'outcome' | 'budget'>

const MILLIONS = APP_BUDGETS.steps / 1_000_000
const SECONDS = APP_BUDGETS.seconds
const GIB = APP_BUDGETS.memory / 2 ** 30

/** What happened, and what can be done about it here. The terminal has flags for more; the app has its limits. */
const ENDS: Readonly<Record<Limit, string>> = {
  steps: `The run was ended after ${MILLIONS} million steps, the most that the app shows. Give the loop fewer turns.`,
  turns: 'The run was ended in a loop that does not end: millions of turns without a step. Give the loop an end.',
  depth: 'The run was ended: calls are nested too deep. Give the recursion an end.',
  memory: `The run was ended: what it did fills ${GIB} GiB, the most that the app keeps. Call or print less often.`,
  seconds: `The run was ended after ${SECONDS} s, the most that it gets here. Give its loops fewer turns.`,
  interrupted: 'The run was stopped.',
}
const IN_TERMINAL: Partial<Readonly<Record<Limit, string>>> = {
  steps: '--steps',
  memory: '--memory-limit',
  seconds: '--seconds',
}

/** A note above the problems; null if the run reached the end of its program. Names stand in backquotes. */
export function runEndNote({ outcome, budget }: Ended): string | null {
  if (outcome === 'completed' || outcome === 'compile-error') return null
  if (outcome === 'oops') return 'A task died of an oops: what it had left to do was not run.'
  if (outcome === 'deadlock') return 'The run ended in a deadlock: tasks wait for what never comes.'
  if (budget === undefined) return 'The run was ended early. What happened until then is shown.'
  const place = budget.at === undefined ? '' : ` It was at ${budget.at.file}:${budget.at.line}.`
  const flag = IN_TERMINAL[budget.limit]
  const more = flag === undefined ? '' : ` In the terminal, \`pageward run ${flag}\` allows more.`
  return `${ENDS[budget.limit]}${place} What happened until then is shown.${more}`
}

/** The same in two words, for the status bar; null if the run reached the end of its program. */
export function runEndLabel({ outcome, budget }: Ended): string | null {
  if (outcome === 'completed' || outcome === 'compile-error') return null
  if (outcome === 'budget') return `ended early: ${budget?.limit ?? 'budget'}`
  return outcome === 'oops' ? 'a task died (oops)' : 'deadlock'
}
