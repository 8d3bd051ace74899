/** What an exploration means, in one sentence that claims no more than was looked at. */
import type { Exploration, Incomplete } from '../../../src-core/protocol/messages.ts'

const WHY: Readonly<Record<Incomplete, string>> = {
  executions: 'the number of executions was used up',
  seconds: 'the time was used up',
  interrupted: 'it was stopped',
  sampled: 'schedules were drawn by chance',
  steps: 'some executions did not end within their steps',
  shards: 'other shards are missing',
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
  const scope = complete ? all : `${many}${limit} run, not all: ${incomplete.map((each) => WHY[each]).join(', ')}`
  return `${scope}; ${what}.${advice.length > 0 ? ` ${advice.join(' ')}` : ''}`
}
