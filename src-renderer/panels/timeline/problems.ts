/** What the report says about each piece of memory and each step, as the timeline marks it. Pure. */
import type { Diagnosis, Severity } from '../../../src-core/report/report.ts'

export interface TimelineProblems {
  /** Steps that used a memory while it was invalid, by allocation. */
  readonly uses: ReadonlyMap<number, readonly number[]>
  /** Steps at which a memory had rights left, by allocation: where one of them is its free, a rule was broken. */
  readonly rightsLeft: ReadonlyMap<number, readonly number[]>
  /** How bad the worst problem of each step is. */
  readonly worst: ReadonlyMap<number, Severity>
}

const RANK: Readonly<Record<Severity, number>> = { note: 0, warning: 1, error: 2 }
const USE = /use-after|double|null|stale|invalid|wild/

function* withConsequences(diagnoses: readonly Diagnosis[]): Generator<Diagnosis> {
  for (const each of diagnoses) {
    yield each
    yield* withConsequences(each.consequences)
  }
}

function append(map: Map<number, number[]>, allocation: number, step: number): void {
  const steps = map.get(allocation) ?? []
  if (!steps.includes(step)) map.set(allocation, [...steps, step])
}

export function timelineProblems(diagnoses: readonly Diagnosis[]): TimelineProblems {
  const uses = new Map<number, number[]>()
  const rightsLeft = new Map<number, number[]>()
  const worst = new Map<number, Severity>()
  for (const { code, memory, step, severity, rights_left: left } of withConsequences(diagnoses)) {
    if (RANK[severity] >= RANK[worst.get(step) ?? 'note']) worst.set(step, severity)
    if (memory === null || memory.allocation <= 0) continue
    if (USE.test(code)) append(uses, memory.allocation, step)
    else if (left.length > 0) append(rightsLeft, memory.allocation, step)
  }
  return { uses, rightsLeft, worst }
}
