/** The result of an exploration as text for a terminal. */
import type { Exploration, ExploredFinding, Incomplete, Independence } from '../explore/options.ts'

const REASONS: Readonly<Record<Incomplete, string>> = {
  executions: 'the number of executions asked for was reached',
  seconds: 'the time was up',
  interrupted: 'it was interrupted',
  sampled: 'executions were picked by chance',
  steps: 'an execution did not end within its steps',
  shards: 'shards are missing',
  strict: 'some shards have to be run again with --strict',
  invisible: 'plain variables that tasks share decided what the program did',
}

export function explorationText(exploration: Exploration, { colour }: { readonly colour: boolean }): string {
  const { executions, findings, advice = [] } = exploration
  const bold = (text: string): string => (colour ? `\x1b[1m${text}\x1b[22m` : text)
  const lines = findings.flatMap((finding) => findingLines(finding, bold))
  for (const text of advice) lines.push(`advice: ${text}`)
  lines.push(
    `${executions} ${executions === 1 ? 'execution' : 'executions'} in era ${exploration.era}, ${claim(exploration)}`,
  )
  if (exploration.strict === true)
    lines.push('executions that differ in who got which memory count as different (a stale pointer, or --strict)')
  if (exploration.invisible_sharing.length > 0) {
    const names = exploration.invisible_sharing.join(', ')
    lines.push(`plain variables that tasks share are not explored: ${names} (make them visible with shared())`)
  }
  if (exploration.independence !== undefined) lines.push(...independenceLines(exploration.independence))
  return lines.join('\n')
}

/** What the debug mode found: a difference is a mistake of the explorer, not of the program. */
function independenceLines({ pairs, entangled }: Independence): string[] {
  const lines = [`${pairs} pairs of independent steps exchanged, ${entangled.length} made a difference`]
  for (const { steps, differences } of entangled) {
    lines.push(`  ${steps[0]}`, `  ${steps[1]}`, ...differences.map((text) => `    ${text}`))
  }
  return lines
}

function findingLines(finding: ExploredFinding, bold: (text: string) => string): string[] {
  const { code, severity, certainty, message, at, schedule, steps, preemptions, minimal } = finding
  const switches = `${preemptions} ${preemptions === 1 ? 'preemption' : 'preemptions'}, ${steps} steps`
  return [
    `${at.file}:${at.line}:${at.column}: ${severity}: ${bold(code)}: ${message} (${certainty})`,
    `  replay  --schedule ${schedule}  (${switches}${minimal ? '' : '; a simpler one may exist'})`,
  ]
}

/** What was shown, with its bound. */
function claim(exploration: Exploration): string {
  const { complete, bound, findings, incomplete = [], shard } = exploration
  const within = bound === null ? '' : ` with up to ${bound} ${bound === 1 ? 'preemption' : 'preemptions'}`
  const part = shard === undefined ? '' : ` of shard ${shard.index}/${shard.count}`
  if (!complete) {
    const why = incomplete.map((reason) => REASONS[reason]).join('; ')
    return `not complete${why === '' ? '' : `: ${why}`}`
  }
  // The next line names what is not seen.
  const seen = exploration.invisible_sharing.length > 0 ? ' of what is visible' : ''
  return findings.length === 0
    ? `complete: no schedule${seen}${part}${within} breaks a rule`
    : `complete: every schedule${seen}${part}${within} was looked at`
}
