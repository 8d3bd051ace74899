/** The core's inspection of the selection at the playhead; answers of older runs are dropped. */
import { onBeforeUnmount, shallowRef, watch } from 'vue'
import type { Inspection, Target } from '../../../src-core/protocol/messages.ts'
import { Latest } from '../../canvas/latest.ts'
import { useCursorStore } from '../../stores/cursor.ts'
import { useSelectionStore } from '../../stores/selection.ts'
import { useSessionStore } from '../../stores/session.ts'

interface Ask {
  readonly run: number
  readonly step: number
  readonly target: Target
}

export function useSelectedInspection() {
  const session = useSessionStore()
  const cursor = useCursorStore()
  const selection = useSelectionStore()
  const shown = shallowRef<{ readonly step: number; readonly inspection: Inspection } | null>(null)
  const failure = shallowRef<string | null>(null)
  const question = new Latest<Ask, Inspection>(
    (ask) => session.call('inspect', ask),
    (inspection, ask) => {
      if (ask.run !== session.runId) return
      failure.value = null
      shown.value = { step: ask.step, inspection }
    },
    (error) => {
      shown.value = null
      failure.value = error instanceof Error ? error.message : String(error)
    },
  )
  watch(
    [() => session.runId, () => selection.target, () => cursor.step],
    ([run, target, step]) => {
      if (run > 0 && target !== null) {
        question.ask({ run, step, target })
        return
      }
      question.drop()
      shown.value = null
      failure.value = null
    },
    { immediate: true },
  )
  onBeforeUnmount(() => question.drop())
  return { shown, failure, settled: () => question.settled() }
}
