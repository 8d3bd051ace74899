/** The one selection: a frame or a piece of memory, and the problem it came from. `back()` undoes a selection. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { Target } from '../../src-core/protocol/messages.ts'
import type { Diagnosis, StoryLine } from '../../src-core/report/report.ts'
import { rank } from '../monaco/story.ts'
import { useCursorStore } from './cursor.ts'
import { useSessionStore } from './session.ts'

interface Moment {
  readonly target: Target | null
  readonly problem: number
  readonly step: number
}

const REMEMBERED = 100

export const useSelectionStore = defineStore('selection', () => {
  const session = useSessionStore()
  const cursor = useCursorStore()
  const target = shallowRef<Target | null>(null)
  /** What the pointer is over, in any view. */
  const hovered = shallowRef<Target | null>(null)
  /** Index into the report's diagnoses; -1 if none is selected. */
  const problem = shallowRef(-1)
  const past: Moment[] = []
  /** Code of the problem that the next run is to be shown at. */
  let wished: string | null = null

  const diagnosis = computed<Diagnosis | null>(() => session.report?.diagnoses[problem.value] ?? null)
  /** Indices of the diagnoses as they are listed: errors first; inside a kind, as they happened. */
  const order = computed<readonly number[]>(() => {
    const diagnoses = session.report?.diagnoses ?? []
    const rankOf = (index: number): number => rank(diagnoses[index]?.severity ?? 'note')
    return diagnoses.map((_each, index) => index).sort((a, b) => rankOf(a) - rankOf(b) || a - b)
  })
  const pfn = computed(() => (target.value !== null && 'pfn' in target.value ? target.value.pfn : null))
  const allocation = computed(() =>
    target.value !== null && 'allocation' in target.value ? target.value.allocation : null,
  )

  function remember(): void {
    past.push({ target: target.value, problem: problem.value, step: cursor.step })
    if (past.length > REMEMBERED) past.shift()
  }

  function select(next: Target | null): void {
    if (sameTarget(target.value, next)) return
    remember()
    target.value = next
  }

  /** Selects what one step concerned and moves the playhead there. */
  function selectStep(step: number, next: Target | null): void {
    remember()
    if (next !== null && !sameTarget(target.value, next)) target.value = next
    cursor.seek(step)
  }

  /** Selects a problem: its memory and its step. */
  function selectProblem(index: number): void {
    const found = session.report?.diagnoses[index]
    if (found === undefined) return
    remember()
    problem.value = index
    target.value = targetOf(found)
    cursor.seek(found.step)
  }

  /** Selects a line of the selected problem's story. */
  function selectStory(index: number, line: StoryLine): void {
    const found = session.report?.diagnoses[index]
    if (found === undefined) return
    remember()
    problem.value = index
    target.value = targetOf(found)
    if (line.step > 0) cursor.seek(line.step)
  }

  function nextProblem(direction: 1 | -1 = 1): void {
    const count = order.value.length
    const at = order.value.indexOf(problem.value)
    const next = at < 0 && direction < 0 ? count - 1 : (at + direction + count) % Math.max(1, count)
    if (count > 0) selectProblem(order.value[next] ?? 0)
  }

  /** Goes back to what was selected before; clears the selection when there is nothing before. */
  function back(): void {
    const moment = past.pop()
    target.value = moment?.target ?? null
    problem.value = moment?.problem ?? -1
    if (moment !== undefined) cursor.seek(moment.step)
  }

  /** The next run opens at its first problem of this code, if it has one. */
  function wish(code: string): void {
    wished = code
  }

  /**
   * After a run: the same problem as before if it is still there, else the first one, else the end of the run. The
   * story of a fresh run can be read without a click.
   */
  function adopt(previousCode: string | null): void {
    past.length = 0
    hovered.value = null
    const diagnoses = session.report?.diagnoses ?? []
    const code = wished ?? previousCode
    wished = null
    const again = diagnoses.findIndex((each) => each.code === code)
    const index = again >= 0 ? again : (order.value[0] ?? -1)
    problem.value = index
    const found = diagnoses[index]
    target.value = found === undefined ? null : targetOf(found)
    if (found === undefined) cursor.toEnd()
    else cursor.seek(found.step)
  }

  return {
    target,
    hovered,
    problem,
    diagnosis,
    order,
    pfn,
    allocation,
    select,
    selectStep,
    selectProblem,
    selectStory,
    nextProblem,
    back,
    wish,
    adopt,
  }
})

export function sameTarget(a: Target | null, b: Target | null): boolean {
  if (a === null || b === null) return a === b
  if ('pfn' in a) return 'pfn' in b && a.pfn === b.pfn
  return 'allocation' in b && a.allocation === b.allocation
}

function targetOf(diagnosis: Diagnosis): Target | null {
  const allocation = diagnosis.memory?.allocation ?? 0
  return allocation > 0 ? { allocation } : null
}
