/** Steers the views to what a step talks about: the playhead, the selection, the panel in front. */
import { watch } from 'vue'
import { useCursorStore } from '../stores/cursor.ts'
import { useDocumentStore } from '../stores/document.ts'
import { useLayoutStore, type PanelId } from '../stores/layout.ts'
import { useLessonsStore } from '../stores/lessons.ts'
import { useSelectionStore } from '../stores/selection.ts'
import { useSessionStore } from '../stores/session.ts'

/** Panels by the names that lesson.md uses. */
const VIEWS: Readonly<Record<string, PanelId>> = {
  map: 'memory-map',
  timeline: 'timeline',
  inspector: 'inspector',
  problems: 'problems',
  console: 'console',
  eras: 'eras',
  schedules: 'schedules',
  graph: 'graph',
}
const MOST_BARS = 400

export function useLook(): { look: () => Promise<void> } {
  const lessons = useLessonsStore()
  const session = useSessionStore()
  const document = useDocumentStore()
  const cursor = useCursorStore()
  const selection = useSelectionStore()
  const layout = useLayoutStore()

  async function look(): Promise<void> {
    const wish = lessons.step?.look ?? null
    const { runId: run, summary } = session
    if (wish === null || run === 0 || summary === null || !lessons.inEditor) return
    const panel = VIEWS[wish.view ?? '']
    if (panel !== undefined) layout.show(panel)
    if (wish.at !== null) {
      const text = document.files.find(({ path }) => path === document.entry)?.text ?? ''
      const line = text.split('\n').findIndex((each) => each.includes(wish.at ?? '')) + 1
      const { steps } = await session.call('stepsOfLine', { run, file: document.entry, line: Math.max(1, line) })
      const last = steps.at(-1)
      if (last !== undefined) cursor.seek(last)
    }
    if (wish.select !== null) {
      const timeline = await session.call('timeline', {
        run,
        from: 0,
        to: summary.steps,
        width: 1000,
        maxBars: MOST_BARS,
      })
      const bar = timeline.bars.findLast(({ label }) => label === wish.select)
      if (bar !== undefined) selection.select({ allocation: bar.allocation })
    }
  }

  // Once for each step, when the run of its program stands.
  let looked = ''
  watch(
    () => [lessons.lesson?.id, lessons.stepIndex, session.runId, session.stale, lessons.veiled] as const,
    ([id, index, run, stale, veiled]) => {
      const key = `${id}/${index}`
      if (id === undefined || run === 0 || stale || veiled || !lessons.inEditor || key === looked) return
      looked = key
      void look()
    },
    { flush: 'post' },
  )
  return { look }
}
