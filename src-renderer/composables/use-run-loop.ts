/**
 * Runs the text by itself: with each key, or a moment after the last where runs take long, and after every change of
 * era or machine. A finished run puts the selection on its first problem, so that the story can be read without a
 * click.
 */
import { nextTick, onBeforeUnmount, onMounted, watch } from 'vue'
import { connect } from '../core/connect.ts'
import { JOURNAL_KEY } from '../core/journal.ts'
import { KeyPace } from '../core/key-pace.ts'
import { markDrawn, markEdit } from '../core/marks.ts'
import { readFragment } from '../core/share.ts'
import { exposeHooks } from '../core/test-hooks.ts'
import { openShared } from '../shell/take-file.ts'
import { useDocumentStore } from '../stores/document.ts'
import { useLayoutStore } from '../stores/layout.ts'
import { useLessonsStore } from '../stores/lessons.ts'
import { useSelectionStore } from '../stores/selection.ts'
import { useSessionStore } from '../stores/session.ts'
import { useSettingsStore } from '../stores/settings.ts'

/** Milliseconds without a key press after which it is said that a text does not compile: a word takes a while. */
const ERROR_PAUSE = 500

export function useRunLoop(): void {
  const document = useDocumentStore()
  const session = useSessionStore()
  const selection = useSelectionStore()
  const settings = useSettingsStore()
  const lessons = useLessonsStore()
  const layout = useLayoutStore()
  let timer: ReturnType<typeof setTimeout> | undefined
  /** When the last key was pressed. */
  let editedAt = 0
  const pace = new KeyPace()
  let lastCode: string | null = null
  let lastProgram = ''
  /** Problems of the run before, of the same program. */
  let foundBefore = 0

  function start(): void {
    clearTimeout(timer)
    void session.runTyped(editedAt + ERROR_PAUSE - performance.now())
  }

  watch(
    () => document.revision,
    () => {
      clearTimeout(timer)
      // A program just opened, or another era, has no typing to wait for.
      const atOnce = document.programId !== lastProgram
      if (atOnce) {
        lastCode = null
        foundBefore = 0
        layout.forgetChoice()
        pace.opened()
      }
      lastProgram = document.programId
      markEdit()
      editedAt = atOnce ? 0 : performance.now()
      if (!settings.live && !atOnce) return
      if (atOnce) timer = setTimeout(start, 0)
      else if (pace.pause > 0) timer = setTimeout(start, pace.pause)
      else start()
    },
  )
  watch([() => document.era, () => document.memory], () => {
    clearTimeout(timer)
    editedAt = 0
    timer = setTimeout(start, 0)
  })
  watch(
    () => settings.live,
    (live) => {
      if (live && session.askedRevision !== document.revision) start()
    },
  )
  watch(
    () => selection.diagnosis?.code ?? null,
    (code) => {
      if (code !== null) lastCode = code
    },
  )
  watch(
    () => session.summary,
    async (summary) => {
      if (summary === null) return
      if (!session.revived) {
        selection.adopt(lastCode)
        const found = session.report?.diagnoses.length ?? 0
        if (found > 0 && foundBefore === 0) layout.bringProblems()
        foundBefore = found
      }
      pace.ran(summary.compileMs + summary.runMs + summary.judgeMs)
      await nextTick()
      markDrawn()
    },
  )

  /** Opens the program that the address carries; the address is a plain one again then. */
  const takeAddress = async (): Promise<void> => {
    if (!location.hash.startsWith('#p=')) return
    const shared = await readFragment(location.hash)
    history.replaceState(null, '', location.pathname + location.search)
    if (shared === null) session.say('The address holds no program that could be read. Your own text is shown.')
    else openShared(shared)
  }
  watch(
    () => document.bothKept,
    (both) => {
      const titles = both.map(({ title }) => title).join(', ')
      const text = `${titles} was changed in another window too. Both texts are kept: see Your programs.`
      session.say(text, 'dismissed')
    },
  )
  const flush = (): void => document.flush()
  const hidden = (): void => {
    if (window.document.visibilityState === 'hidden') flush()
  }
  /** Another window of this browser wrote the journal. */
  const stored = (event: StorageEvent): void => {
    if (event.key !== JOURNAL_KEY || event.storageArea !== localStorage) return
    document.hearOtherWindow()
  }
  onMounted(async () => {
    window.addEventListener('storage', stored)
    window.addEventListener('pagehide', flush)
    window.document.addEventListener('visibilitychange', hidden)
    window.addEventListener('hashchange', takeAddress)
    document.restore()
    await takeAddress()
    await nextTick()
    // The first run waits for the core, not for a pause.
    clearTimeout(timer)
    try {
      const link = await connect()
      exposeHooks(link)
      session.attach(link)
      await session.greet()
      await lessons.restore()
    } catch (error) {
      session.failure = `The simulator did not start: ${error instanceof Error ? error.message : String(error)}`
      return
    }
    start()
  })
  onBeforeUnmount(() => {
    clearTimeout(timer)
    window.removeEventListener('pagehide', flush)
    window.removeEventListener('storage', stored)
    window.removeEventListener('hashchange', takeAddress)
    window.document.removeEventListener('visibilitychange', hidden)
  })
}
