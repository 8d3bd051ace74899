/** An example that is opened is shown at its interesting moment, once, when its run stands. */
import { nextTick, watch } from 'vue'
import { useDocumentStore } from '../stores/document.ts'
import { useExampleLookStore } from '../stores/example-look.ts'
import { useSessionStore } from '../stores/session.ts'

export function useExampleLook(): void {
  const document = useDocumentStore()
  const session = useSessionStore()
  const example = useExampleLookStore()
  let waiting = false

  watch(
    () => document.programId,
    () => {
      waiting = example.look !== null && !document.edited
    },
  )
  watch(
    () => session.summary,
    async () => {
      if (!waiting || session.stale) return
      waiting = false
      // After the run loop has selected the first problem.
      await nextTick()
      await example.goThere().catch(() => undefined)
    },
    { flush: 'post' },
  )
}
