/** What an exploration means, in one sentence that claims no more than was looked at. */
import type { Exploration, Incomplete } from '../../../src-core/protocol/messages.ts'

const WHY: Readonly<Record<Incomplete, string>> = {
  executions: 'the number of executions was used up',
  seconds: 'the time was used up',
  interrupted: 'it was stopped',
  sampled: 'schedules were drawn by chance',
  steps: 'some executions did not end within their steps',
  shards: 'other shards are missing',
  strict: 'some shards did not look at who got which memory',
  invisible: 'plain variables that tasks share decided what the program did',
}

export function verdictOf(exploration: Exploration): string {
  const { executions, findings, complete, bound, incomplete = [], advice = [] } = exploration
  const many = `${executions.toLocaleString('en')} ${executions === 1 ? 'schedule' : 'schedules'}`
  const limit = bound === null ? '' : ` with at most ${bound} ${bound === 1 ? 'preemption' : 'preemptions'}`
  const what =
    findings.length === 0
      ? 'nothing wrong found'
      : `${findings.length} ${findings.length === 1 ? 'problem' : 'problems'} found`
  const all = executions === 1 ? `Its only schedule${limit} was run` : `All ${many}${limit} that differ were run`
  // What is shared without being seen is named below the verdict.
  const proved = exploration.invisible_sharing.length > 0 ? 'As far as can be seen,' : 'Proved:'
  if (complete && findings.length === 0) return `${proved} no schedule${limit} violates a rule. ${all}.`
  const scope = complete ? all : `${many}${limit} run, not all: ${incomplete.map((each) => WHY[each]).join(', ')}`
  return `${scope}; ${what}.${advice.length > 0 ? ` ${advice.join(' ')}` : ''}`
}

/** How far an exploration is, in one line. `share`: 0 to 1 of what is known to be ahead; null = cannot be told. */
export function progressOf(executions: number, findings: number, share: number | null, ms: number): string {
  const parts = [
    `${executions.toLocaleString('en')} executions`,
    `${findings} ${findings === 1 ? 'problem' : 'problems'}`,
  ]
  if (ms > 0) parts.push(`${Math.round(executions / (ms / 1000)).toLocaleString('en')}/s`)
  if (share !== null && share > 0.001 && share < 1) {
    const all = executions / share
    const digits = 10 ** Math.max(0, Math.floor(Math.log10(all)) - 1)
    parts.push(`about ${(Math.round(all / digits) * digits).toLocaleString('en')} in all, by what is known so far`)
  }
  return parts.join(', ')
}
