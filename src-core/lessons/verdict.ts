/** What a check.ts said of a run: its goals, and the true answers to the lesson's questions. */
import type { RunRecord } from '../trace/record.ts'

export interface GoalResult {
  readonly id: string
  readonly title: string
  readonly reached: boolean
  /** What is missing and why; empty if the goal is reached. */
  readonly feedback: string
}

export interface CheckVerdict {
  readonly goals: readonly GoalResult[]
  /** True answers by id of the question. */
  readonly answers: Readonly<Record<string, string>>
  /** Why the check itself failed; empty if it did not. */
  readonly broken: string
}

/** Reads the log of a check's run. */
export function checkVerdict(record: RunRecord): CheckVerdict {
  const goals: GoalResult[] = []
  const answers: Record<string, string> = {}
  for (const { text } of record.log) {
    const said = lineOf(text)
    if (said === null) continue
    if (typeof said['goal'] === 'string') {
      goals.push({
        id: said['goal'],
        title: String(said['title']),
        reached: said['reached'] === true,
        feedback: String(said['feedback'] ?? ''),
      })
    } else if (typeof said['answer'] === 'string') answers[said['answer']] = String(said['value'])
  }
  const broken =
    record.outcome === 'completed'
      ? ''
      : (record.strings.at(-1) ?? record.budget?.limit ?? `outcome: ${record.outcome}`)
  return { goals, answers, broken }
}

function lineOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
