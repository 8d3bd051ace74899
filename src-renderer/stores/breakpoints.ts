/** Lines at which the playhead stops. They stay with the program while the page is open. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { useCursorStore } from './cursor.ts'
import { useDocumentStore } from './document.ts'
import { useSessionStore } from './session.ts'

export interface Breakpoint {
  readonly program: string
  readonly file: string
  readonly line: number
}

export const useBreakpointsStore = defineStore('breakpoints', () => {
  const session = useSessionStore()
  const document = useDocumentStore()
  const cursor = useCursorStore()
  const list = shallowRef<readonly Breakpoint[]>([])
  /** Line of the caret, as the editor says. */
  const caret = shallowRef(1)

  function of(program: string, file: string): readonly number[] {
    return list.value.filter((each) => each.program === program && each.file === file).map((each) => each.line)
  }

  function toggle(file: string, line: number): void {
    const program = document.programId
    const others = list.value.filter((each) => each.program !== program || each.file !== file || each.line !== line)
    list.value = others.length < list.value.length ? others : [...list.value, { program, file, line }]
  }

  /** The lines of one file moved along with an edit. */
  function moved(program: string, file: string, lines: readonly number[]): void {
    const others = list.value.filter((each) => each.program !== program || each.file !== file)
    list.value = [...others, ...[...new Set(lines)].map((line) => ({ program, file, line }))]
  }

  /** Moves the playhead to the next (or previous) step on a line with a breakpoint; to the end of the run if none. */
  async function seek(direction: 1 | -1): Promise<void> {
    const run = session.runId
    const mine = list.value.filter((each) => each.program === document.programId)
    if (run === 0 || session.stale) return
    const answers = await Promise.all(
      mine.map(({ file, line }) => session.call('stepsOfLine', { run, file, line }).catch(() => null)),
    )
    if (run !== session.runId) return
    const steps = answers.flatMap((each) => each?.steps ?? [])
    const after = steps.filter((step) => (direction === 1 ? step > cursor.step : step < cursor.step))
    if (after.length > 0) cursor.seek(direction === 1 ? Math.min(...after) : Math.max(...after))
    else if (direction === 1) cursor.toEnd()
    else cursor.toStart()
  }

  return { list, caret, of, toggle, moved, seek }
})
