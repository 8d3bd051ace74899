/**
 * What end-to-end tests and the bench may ask the page: whether everything is settled and what is shown. They wait for
 * `whenIdle()` and for nothing else.
 */
import { nextTick } from 'vue'
import type { Calls } from '../../src-core/protocol/messages.ts'
import type { QueryName } from '../../src-core/protocol/queries/index.ts'
import { useCursorStore } from '../stores/cursor.ts'
import { useDocumentStore } from '../stores/document.ts'
import { useSelectionStore } from '../stores/selection.ts'
import { useSessionStore } from '../stores/session.ts'
import { useSettingsStore } from '../stores/settings.ts'
import type { CoreLink } from './connect.ts'
import { views, viewsQuiet } from '../canvas/views.ts'
import { editTimes } from './marks.ts'

export interface Hooks {
  /** Resolves when the core is quiet, the latest text has run and the frame that shows it is drawn. */
  whenIdle(): Promise<void>
  state(): Record<string, unknown>
  /** Moves the playhead and resolves when every view has drawn it. */
  seek(step: number): Promise<void>
  /** Moves the playhead as a drag does: nothing is waited for. */
  playhead(step: number): void
  /** Asks the core about the run on screen, as a view would: the other side of a comparison with what views draw. */
  ask<K extends QueryName>(call: K, ask: Omit<Calls[K]['ask'], 'run'>): Promise<Calls[K]['answer']>
  /** Milliseconds from each edit to the views that show it. */
  readonly marks: { editToDiagnosis(): readonly number[] }
  /** Ends the core as a crash would (browser only). */
  killCore(): void
  /** What the views draw, as plain data. */
  readonly views: typeof views
}

declare global {
  interface Window {
    __pageward?: Hooks
  }
}

export function exposeHooks(link: CoreLink): void {
  const session = useSessionStore()
  const document = useDocumentStore()
  const cursor = useCursorStore()
  const selection = useSelectionStore()
  const settings = useSettingsStore()

  const settled = (): boolean =>
    session.activity === 'idle' &&
    session.pending === 0 &&
    (session.askedRevision === document.revision || !settings.live)

  async function whenIdle(): Promise<void> {
    for (let quiet = 0; quiet < 2;) {
      await frame()
      await viewsQuiet()
      quiet = settled() ? quiet + 1 : 0
    }
  }

  function state(): Record<string, unknown> {
    return {
      activity: session.activity,
      stale: session.stale,
      failure: session.failure,
      message: session.message,
      run: session.runId,
      step: cursor.step,
      steps: cursor.steps,
      row: cursor.row,
      target: selection.target,
      problem: selection.problem,
      program: document.programId,
      active: document.active,
      text: document.text,
      era: session.report?.era ?? null,
      codes: session.report?.diagnoses.map((each) => each.code) ?? [],
      errors: session.errors,
      verdicts: session.settledVerdicts,
      matrix: session.matrix,
    }
  }

  async function seek(step: number): Promise<void> {
    cursor.seek(step)
    // A tick for the watchers of the playhead: then the views have asked.
    await Promise.resolve()
    await nextTick()
    await viewsQuiet()
  }

  function ask<K extends QueryName>(call: K, question: Omit<Calls[K]['ask'], 'run'>): Promise<Calls[K]['answer']> {
    return session.call(call, { ...question, run: session.runId } as Calls[K]['ask'])
  }

  const marks = { editToDiagnosis: editTimes }
  window.__pageward = {
    whenIdle,
    state,
    seek,
    playhead: cursor.seek,
    ask,
    marks,
    killCore: () => link.killCore(),
    views,
  }
}

/** The next frame; in a hidden page, which draws none, the next tick. */
function frame(): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 100)
    requestAnimationFrame(() => {
      clearTimeout(timer)
      setTimeout(resolve, 0)
    })
  })
}
