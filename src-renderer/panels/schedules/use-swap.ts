/** Exchanging two neighbouring steps of the schedule on screen: what came of it. */
import { shallowRef, watch } from 'vue'
import type { Swapped } from '../../../src-core/protocol/messages.ts'
import { useDocumentStore } from '../../stores/document.ts'
import { useSessionStore } from '../../stores/session.ts'

export function useSwap() {
  const session = useSessionStore()
  const document = useDocumentStore()
  /** What exchanging `step` and the one after it came to; null = nothing was exchanged in the run on screen. */
  const swapped = shallowRef<{ readonly step: number; readonly answer: Swapped } | null>(null)
  const busy = shallowRef(false)
  /** Why the last exchange came to nothing; null if it did not. */
  const failure = shallowRef<string | null>(null)

  watch(
    () => session.runId,
    () => (swapped.value = failure.value = null),
  )

  async function swap(step: number): Promise<void> {
    const schedule = session.report?.schedule ?? ''
    if (schedule === '' || busy.value) return
    const { runId } = session
    busy.value = true
    failure.value = null
    try {
      const answer = await session.call('swapSteps', { ...document.request(), schedule, step })
      if (session.runId === runId) swapped.value = { step, answer }
    } catch (error) {
      failure.value = error instanceof Error ? error.message : String(error)
    } finally {
      busy.value = false
    }
  }

  return { swapped, busy, failure, swap }
}
