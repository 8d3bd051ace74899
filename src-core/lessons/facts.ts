/** From a judged run to the plain data that check.ts gets (surface/lesson/lesson.ts). */
import type { Ledger } from '../ownership/ledger.ts'
import { Places, type SitesAndFiles } from '../report/places.ts'
import type { Diagnosis, Report } from '../report/report.ts'
import { memoryName } from '../report/memory-names.ts'
import type { LessonExploration, LessonRight, LessonStep } from '../surface/handles/lesson-run.ts'
import type { CountRow, RunFacts } from '../surface/lesson/lesson.ts'
import { AllocationKind } from '../trace/allocation-kind.ts'
import { Field } from '../trace/fields.ts'
import { Flag, OP_NAMES } from '../trace/ops.ts'
import type { RunRecord } from '../trace/record.ts'
import { TraceStore } from '../trace/store.ts'

/** Steps and memories told at most: a lesson's program is small. */
const MOST_STEPS = 20_000
const MOST_MEMORY = 2_000

export interface FactsInput {
  readonly record: RunRecord
  readonly program: SitesAndFiles
  readonly ledger: Ledger
  readonly report: Report
  /** Text of the program. */
  readonly source: string
  readonly exploration: LessonExploration | null
}

/** Everything that a check may ask of one run. */
export function runFacts(input: FactsInput): RunFacts {
  const { record, program, ledger, report } = input
  const store = TraceStore.of(record.chunks)
  const places = new Places(record, program)
  return {
    era: report.era,
    outcome: report.outcome,
    source: input.source,
    log: report.log,
    diagnoses: report.diagnoses.map((diagnosis) => diagnosisFacts(diagnosis)),
    steps: stepFacts(store, places),
    memory: memoryFacts(record, store, places, ledger),
    exploration: input.exploration,
  }
}

function diagnosisFacts(diagnosis: Diagnosis): RunFacts['diagnoses'][number] {
  const { code, severity, certainty, at, step, message, memory, fix, consequences } = diagnosis
  return {
    code,
    severity,
    certainty,
    line: at.line,
    step,
    message,
    memory: memory?.name ?? '',
    fix,
    consequences: consequences.map((one) => one.code),
  }
}

function stepFacts(store: TraceStore, places: Places): LessonStep[] {
  const steps: LessonStep[] = []
  for (let step = 1; step <= Math.min(store.steps, MOST_STEPS); step++) {
    const site = places.site(step)
    steps.push({
      step,
      op: OP_NAMES[store.opKind(step)] ?? '',
      line: site?.line ?? 0,
      text: site?.text ?? '',
      task: places.taskName(step),
      failed: (store.opFlags(step) & Flag.FAILED) !== 0,
      memory: store.opAllocation(step),
    })
  }
  return steps
}

function memoryFacts(record: RunRecord, store: TraceStore, places: Places, ledger: Ledger): RunFacts['memory'] {
  const counts = countRows(store)
  const out: RunFacts['memory'][number][] = []
  for (let id = 1; id <= Math.min(store.allocations, MOST_MEMORY); id++) {
    const allocation = store.allocation(id)
    const name = memoryName(record, places, id)
    if (allocation === null || name === null || allocation.kind === AllocationKind.SLAB) continue
    const { allocations } = ledger
    const freed = allocations.freedAt(id)
    const owner: LessonRight = {
      kind: 'owner',
      on: 'bytes',
      holder: places.taskName(allocation.step),
      line: places.at(allocation.step)?.line ?? 0,
      from: allocation.step,
      to: allocations.ownerEnd(id),
    }
    const taken = ledger.rightsOf(id).map(({ kind, on, from, to }): LessonRight => {
      return { kind, on, holder: places.taskName(from), line: places.at(from)?.line ?? 0, from, to }
    })
    out.push({
      id,
      kind: name.kind,
      name: name.name,
      bytes: name.bytes,
      line: owner.line,
      born: allocation.step,
      freed,
      rights: [owner, ...taken],
      counts:
        allocation.kind === AllocationKind.PAGES ? lifeOf(counts.get(allocation.base), allocation.step, freed) : [],
    })
  }
  return out
}

/** Counts of every frame that changed, by frame. */
function countRows(store: TraceStore): ReadonlyMap<number, readonly CountRow[]> {
  const rows = new Map<number, CountRow[]>()
  for (let step = 1; step <= Math.min(store.steps, MOST_STEPS); step++) {
    const range = store.deltasOf(step)
    if (range === null) continue
    const { field, index, new: value } = range.chunk.deltas
    for (let d = range.from; d < range.to; d++) {
      const what = field[d]
      if (what !== Field.REFCOUNT && what !== Field.MAPCOUNT) continue
      const frame = index[d]!
      const list = rows.get(frame) ?? []
      const [since, references, maps] = list.at(-1) ?? [0, 0, 0]
      const next: CountRow = what === Field.REFCOUNT ? [step, value[d]! | 0, maps] : [step, references, value[d]! | 0]
      if (since === step) list[list.length - 1] = next
      else list.push(next)
      rows.set(frame, list)
    }
  }
  return rows
}

/** The rows of a frame that belong to one allocation: its last one says that the count went away with it. */
function lifeOf(rows: readonly CountRow[] | undefined, born: number, freed: number): readonly CountRow[] {
  return (rows ?? []).filter(([step]) => step >= born && (freed === 0 || step <= freed))
}
