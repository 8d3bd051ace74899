/**
 * The steps of the run on screen as rows, the first few thousand of them: what each line did, and stepping by line.
 * The rows are plain data outside reactivity; only their arrival is announced.
 */
import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import type { StepRow } from '../../src-core/protocol/messages.ts'
import { depthsOf, mentionsIn, stepAfter } from './call-depth.ts'
import { useCursorStore } from './cursor.ts'
import { useDocumentStore } from './document.ts'
import { useSessionStore } from './session.ts'

/** Most rows that are kept; later steps are stepped through one by one and show no effect. */
export const MOST_ROWS = 4_000
const AT_ONCE = 500

export const useTrailStore = defineStore('trail', () => {
  const session = useSessionStore()
  const cursor = useCursorStore()
  /** Row of step `i + 1` at index `i`. */
  const rows = shallowRef<readonly StepRow[]>([])
  /** The run whose rows they are; another one while those of a new run are on their way. */
  const rowsOf = shallowRef(0)

  async function load(run: number): Promise<void> {
    rows.value = []
    const list: StepRow[] = []
    const wanted = Math.min(MOST_ROWS, session.summary?.steps ?? 0)
    // The core answers one question after another: first those of what is on screen.
    if (run !== 0) await session.afterViews()
    while (run !== 0 && run === session.runId && list.length < wanted) {
      const count = Math.min(AT_ONCE, wanted - list.length)
      const answer = await session.call('steps', { run, from: list.length + 1, count }).catch(() => null)
      if (answer === null || answer.rows.length === 0 || run !== session.runId) return
      list.push(...answer.rows)
      rows.value = [...list]
      rowsOf.value = run
    }
    if (run === session.runId) rowsOf.value = run
  }
  watch(
    () => session.runId,
    (run) => void load(run),
    { immediate: true },
  )

  /** What each line of `file` did last, up to `step`: line → effects of its last visit in a row. */
  function effects(file: string, step: number): Map<number, string> {
    return effectsOf(rows.value, file, step)
  }

  /** Moves the playhead to the next step on another line (`1`) or to the first step of the line before (`-1`). */
  function stepLine(direction: 1 | -1): void {
    cursor.seek(lineNeighbour(rows.value, cursor.step, direction))
  }

  /** Depth of calls by row, as long as the rows are the same ones. */
  let depths: { readonly of: readonly StepRow[]; readonly list: Uint16Array } | null = null

  /** Moves the playhead over what the line calls (`over`), or to the caller (`out`). */
  function stepCall(way: 'over' | 'out'): void {
    if (depths?.of !== rows.value)
      depths = { of: rows.value, list: depthsOf(rows.value, mentionsIn(useDocumentStore().files)) }
    if (cursor.step > rows.value.length) cursor.stepForward()
    else cursor.seek(stepAfter(rows.value, depths.list, cursor.step, way))
  }

  return { rows, rowsOf, effects, stepLine, stepCall }
})

/** Effects of one visit to a line that are told; of the others how many there are. */
const TOLD = 6

/** Line → effects of its last visit in a row, among the first `steps` rows. */
export function effectsOf(rows: readonly StepRow[], file: string, steps = rows.length): Map<number, string> {
  const visits = new Map<number, { readonly told: string[]; more: number }>()
  let last = -1
  for (let at = 0; at < steps && at < rows.length; at++) {
    const row = rows[at]!
    const again = row.line === last
    last = row.file === file ? row.line : -1
    if (row.file !== file) continue
    let visit = visits.get(row.line)
    if (visit === undefined) visits.set(row.line, (visit = { told: [], more: 0 }))
    if (!again) visit.told.length = visit.more = 0
    // A loop on one line visits it thousands of times.
    if (row.effect !== '') {
      if (visit.told.length < TOLD) visit.told.push(row.effect)
      else visit.more += 1
    }
  }
  const found = new Map<number, string>()
  for (const [line, { told, more }] of visits) {
    found.set(line, more > 0 ? `${told.join(', ')} and ${more.toLocaleString('en')} more` : told.join(', '))
  }
  return found
}

/** Step of the next line after `step`, or first step of the line before; one step further where no rows are known. */
export function lineNeighbour(rows: readonly StepRow[], step: number, direction: 1 | -1): number {
  const here = rows[step - 1]
  const differs = (row: StepRow | undefined): boolean =>
    row !== undefined && (here === undefined || row.line !== here.line || row.file !== here.file)
  if (direction === 1) {
    for (let at = step; at < rows.length; at++) if (differs(rows[at])) return at + 1
    return Math.max(step + 1, rows.length)
  }
  if (step > rows.length) return step - 1
  let at = step - 1
  while (at > 0 && !differs(rows[at - 1])) at--
  if (at <= 0) return 0
  const line = rows[at - 1]
  while (at > 1 && rows[at - 2]?.line === line?.line && rows[at - 2]?.file === line?.file) at--
  return at
}
