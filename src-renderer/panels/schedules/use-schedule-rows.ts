/** The schedule of the run on screen around the playhead: steps downwards, one column a task. */
import { onBeforeUnmount, shallowRef, watch } from 'vue'
import type { StepRow } from '../../../src-core/protocol/messages.ts'
import { Latest } from '../../canvas/latest.ts'
import { useCursorStore } from '../../stores/cursor.ts'
import { useSessionStore } from '../../stores/session.ts'

/** Steps that are listed at once. */
export const ROWS = 100

export function useScheduleRows() {
  const session = useSessionStore()
  const cursor = useCursorStore()
  const rows = shallowRef<readonly StepRow[]>([])
  const question = new Latest<{ run: number; from: number; count: number }, readonly StepRow[]>(
    async (ask) => (await session.call('steps', ask)).rows,
    (answer, ask) => {
      if (ask.run === session.runId) rows.value = answer
    },
    () => undefined,
  )
  let asked = ''
  watch(
    [() => session.runId, () => cursor.step],
    ([run, step]) => {
      if (run === 0) {
        rows.value = []
        return
      }
      // The list moves by half its length, so that stepping does not make it jump.
      const half = ROWS / 2
      const from = cursor.steps <= ROWS ? 1 : Math.max(1, Math.floor(step / half) * half - half / 2)
      const key = `${run}/${from}`
      if (key === asked) return
      asked = key
      question.ask({ run, from, count: Math.max(0, Math.min(ROWS, cursor.steps - from + 1)) })
    },
    { immediate: true },
  )
  onBeforeUnmount(() => question.drop())
  return { rows, settled: () => question.settled() }
}
