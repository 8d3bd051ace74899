/** The sentence of the open example that says what to see, and the way to that moment. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { examples } from '../core/examples.ts'
import { useCursorStore } from './cursor.ts'
import { useDocumentStore } from './document.ts'
import { useLayoutStore } from './layout.ts'
import { useRevealStore } from './reveal.ts'
import { useSelectionStore } from './selection.ts'
import { useSessionStore } from './session.ts'

/** Steps before the moment that may say what it is about. */
const LOOK_BACK = 40

export const useExampleLookStore = defineStore('example-look', () => {
  const document = useDocumentStore()
  const session = useSessionStore()
  const cursor = useCursorStore()
  const selection = useSelectionStore()
  const layout = useLayoutStore()
  const reveal = useRevealStore()
  /** Example whose sentence was put away. */
  const dismissed = shallowRef('')

  const look = computed(() => examples().find(({ id }) => id === document.programId)?.look ?? null)
  /** The sentence; null when there is none, or the text is no longer the one it speaks of. */
  const sentence = computed(() =>
    look.value === null || look.value.text === '' || document.edited || dismissed.value === document.programId
      ? null
      : look.value.text,
  )

  /** Puts playhead, selection and panels to the moment. Does nothing without a run of this text. */
  async function goThere(): Promise<void> {
    const wish = look.value
    const run = session.runId
    if (wish === null || run === 0 || session.stale) return
    for (const panel of [...wish.panels].reverse()) layout.show(panel)
    const { file, line } = wish
    if (document.files.some((each) => each.path === file)) reveal.show({ file, line, column: 1 })
    // A problem at that line is the moment; else the last time that the line ran.
    const problem = session.report?.diagnoses.findIndex(({ at }) => at.file === file && at.line === line) ?? -1
    if (problem >= 0) {
      selection.selectProblem(problem)
      return
    }
    const { steps } = await session.call('stepsOfLine', { run, file, line })
    const step = steps.at(-1)
    if (step === undefined || run !== session.runId) return
    // What the step works on; a step that works on no memory is about what its task touched last.
    const from = Math.max(1, step - LOOK_BACK)
    const { rows } = await session.call('steps', { run, from, count: step - from + 1 })
    if (run !== session.runId) return
    const task = rows.at(-1)?.task
    const row = rows.findLast((each) => each.task === task && (each.allocation > 0 || each.pfn >= 0))
    if (row !== undefined) selection.select(row.allocation > 0 ? { allocation: row.allocation } : { pfn: row.pfn })
    cursor.seek(step)
  }

  function dismiss(): void {
    dismissed.value = document.programId
  }

  return { look, sentence, goThere, dismiss }
})
