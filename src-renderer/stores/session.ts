/**
 * The run on screen: its summary, report and era matrix, whether it still belongs to the text, and the one way to ask
 * the core anything. Answers of older runs never replace newer ones.
 */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import type { CallName, Calls, EraInfo, Notice, RunSummary } from '../../src-core/protocol/messages.ts'
import type { Report, ReportError } from '../../src-core/report/report.ts'
import { viewsDrawn } from '../canvas/views.ts'
import type { CoreLink } from '../core/connect.ts'
import { useDocumentStore } from './document.ts'
import { useSettingsStore } from './settings.ts'

export type Activity = 'starting' | 'idle' | 'compiling' | 'running' | 'judging'
export type EraMatrix = Extract<Notice, { notice: 'matrix' }>['eras']

export const useSessionStore = defineStore('session', () => {
  const document = useDocumentStore()
  const settings = useSettingsStore()
  const activity = shallowRef<Activity>('starting')
  /** The last run that compiled; null before the first. */
  const summary = shallowRef<RunSummary | null>(null)
  const verdicts = shallowRef<Report | null>(null)
  const matrix = shallowRef<EraMatrix | null>(null)
  /** How far the other eras are. */
  const erasAt = shallowRef<Extract<Notice, { notice: 'eras' }> | null>(null)
  /** The run whose other eras somebody stopped; 0 if none. */
  const erasStopped = shallowRef(0)
  /** Errors of the latest text, if it did not compile. */
  const errors = shallowRef<readonly ReportError[]>([])
  /** Why the last call to run failed, in words for a person; null if it did not. */
  const failure = shallowRef<string | null>(null)
  /** Something the person should know that happened by itself (the core was restarted). */
  const message = shallowRef<string | null>(null)
  /** Revision of the document that `message` is about: it stays while that text does. Null: until it is dismissed. */
  let messageRevision: number | null = -1
  let restartedRevision = -1
  /** What was asked for last: the text of a revision under a schedule; undefined = the program's own. */
  let asked: { readonly revision: number; readonly schedule: string | undefined } | null = null
  /** A schedule that the text of a revision is to run under first. */
  let planned: { readonly revision: number; readonly schedule: string } | null = null
  /** What the run on screen was asked with, and the text's revision: a new core is given it when it knows no run. */
  let lastRan: { readonly ask: Calls['run']['ask']; readonly revision: number } | null = null
  /** The highest number of a run so far: what a new core runs must not be taken for what an older one ran. */
  let lastRun = 0
  /** True while the core does not know the run on screen: it is a new one. */
  let isLost = false
  let isReviving = false
  /** True if the run on screen is one that was there before a restart: the playhead stays where it was. */
  const revived = shallowRef(false)
  const eras = shallowRef<readonly EraInfo[]>([])
  /** Revision of the document that `summary` belongs to. */
  const ranRevision = shallowRef(-1)
  /** Revision of the document that was last sent to the core. */
  const askedRevision = shallowRef(-1)
  const steppedSoFar = shallowRef(0)
  /** How far the exploration of schedules is; null before the first. */
  const exploring = shallowRef<Extract<Notice, { notice: 'exploring' }> | null>(null)
  /** Questions to the core that are not answered yet. */
  const pending = shallowRef(0)
  let link: CoreLink | null = null

  const report = computed<Report | null>(() => verdicts.value ?? summary.value?.report ?? null)
  const runId = computed(() => summary.value?.run ?? 0)
  /** True when the verdicts of the other eras are known for the run on screen. */
  const settledVerdicts = computed(() => verdicts.value !== null)
  /** True while what is shown belongs to an older text. */
  const stale = computed(() => summary.value !== null && ranRevision.value !== document.revision)
  /** True while what is shown will stay older than the text: it does not compile, or nobody runs it. */
  const outdated = computed(() => stale.value && (errors.value.length > 0 || !settings.live))
  /** Which of the other eras is running; null when none is. */
  const checking = computed(() =>
    matrix.value === null && erasStopped.value !== runId.value && erasAt.value?.run === runId.value
      ? erasAt.value
      : null,
  )
  const busy = computed(() => activity.value !== 'idle')

  /** Asks the core. Rejects while there is none, and with the core's words if it refuses. */
  function call<K extends CallName>(name: K, ask: Calls[K]['ask']): Promise<Calls[K]['answer']> {
    if (link === null) return Promise.reject(new Error('The simulator is still starting.'))
    pending.value += 1
    return link.call(name, ask).finally(() => {
      pending.value -= 1
    })
  }

  /** Resolves when the views have drawn what they know. Until then something is pending. */
  async function afterViews(): Promise<void> {
    pending.value += 1
    await viewsDrawn()
    pending.value -= 1
  }

  function attach(next: CoreLink): void {
    link = next
    next.onNotice(take)
    next.onRestart((reason, alive) => {
      activity.value = 'idle'
      if (!alive) {
        failure.value = reason
        return
      }
      // A text that brings the core down is run again once, not for ever.
      const again = restartedRevision !== document.revision
      restartedRevision = document.revision
      isLost = summary.value !== null
      // What brought the core down while it was run again is not tried a third time.
      if (isReviving) lastRan = null
      say(`The simulator was restarted (${reason}). Your text is safe.${again ? '' : ' Press Run to try it again.'}`)
      greet()
        .then(() => (again && (settings.live || !stale.value) ? start(scheduleOfNow()) : undefined))
        .then(() => (again || lastRan?.revision !== document.revision ? revive() : undefined))
        .catch(() => {})
    })
  }

  /** Runs what was on screen again in a new core, which knows nothing of it, so that all views can go on showing it. */
  async function revive(): Promise<void> {
    const last = lastRan
    if (!isLost || last === null || isReviving || activity.value !== 'idle') return
    isReviving = true
    try {
      const answer = await call('run', last.ask)
      if (lastRan !== last || !isLost) return
      show(answer, true)
    } catch (error) {
      if (!isToldElsewhere(error)) failure.value = error instanceof Error ? error.message : String(error)
    } finally {
      isReviving = false
    }
  }

  function show(answer: RunSummary, again: boolean): void {
    isLost = false
    revived.value = again
    verdicts.value = null
    matrix.value = null
    summary.value = answer
    lastRun = Math.max(lastRun, answer.run)
  }

  /** Learns the eras; the first call after every (re)connection. */
  async function greet(): Promise<void> {
    const { eras: known } = await call('hello', { version: 1, lastRun })
    eras.value = known
    if (activity.value === 'starting') activity.value = 'idle'
  }

  function take(notice: Notice): void {
    if (notice.notice === 'state') {
      activity.value = notice.state
      steppedSoFar.value = notice.steps
    } else if (notice.notice === 'exploring') {
      exploring.value = notice
    } else if (notice.notice === 'eras') {
      erasAt.value = notice
    } else if (notice.notice === 'runner-replaced') {
      say(`The run was ended and the simulator started afresh: ${notice.reason}. Your text is safe.`)
    } else if (notice.run === summary.value?.run) {
      if (notice.notice === 'verdicts') verdicts.value = notice.report
      else {
        matrix.value = notice.eras
        // It ran in every era, and the core stands: if that dies now, it is not of this text.
        if (!stale.value) restartedRevision = -1
      }
    }
  }

  /** Runs the text as it is now. A newer call supersedes this one silently. */
  function run(): Promise<void> {
    return start()
  }

  /**
   * `run` while somebody may be typing. That a text does not compile is said after `patience` milliseconds, and only if
   * it is still the text.
   */
  function runTyped(patience: number): Promise<void> {
    return start(planned?.revision === document.revision ? planned.schedule : undefined, patience)
  }

  /** The program just opened runs under this schedule first. */
  function willReplay(schedule: string): void {
    planned = { revision: document.revision, schedule }
  }

  /** Runs the text under the schedule of a token, as an exploration found it. */
  function replay(schedule: string): Promise<void> {
    return start(schedule)
  }

  /** The schedule that the text as it is now was run under last. */
  function scheduleOfNow(): string | undefined {
    return asked?.revision === document.revision ? asked.schedule : undefined
  }

  async function start(schedule?: string, patience = 0): Promise<void> {
    const askedAt = performance.now()
    const revision = document.revision
    askedRevision.value = revision
    asked = { revision, schedule }
    activity.value = 'compiling'
    const ask = { ...document.request(), ...(schedule === undefined ? {} : { schedule }) }
    try {
      const answer = await call('run', ask)
      if (askedRevision.value !== revision) return
      const isNews = answer.report.outcome === 'compile-error' && errors.value.length === 0
      if (isNews) await sleep(askedAt + patience - performance.now())
      if (askedRevision.value !== revision) return
      if (!isNews || document.revision === revision) accept(answer, revision)
      if (ranRevision.value === revision) lastRan = { ask, revision }
    } catch (error) {
      if (askedRevision.value !== revision || isToldElsewhere(error)) return
      failure.value = error instanceof Error ? error.message : String(error)
    }
    activity.value = 'idle'
    // It does not compile, and the run that stays on screen is one of a core that is gone.
    if (isLost) await revive()
  }

  function accept(answer: RunSummary, revision: number): void {
    failure.value = null
    errors.value = answer.report.errors ?? []
    if (answer.report.outcome === 'compile-error') return
    planned = null
    if (messageRevision !== null && revision !== messageRevision) message.value = null
    show(answer, false)
    ranRevision.value = revision
  }

  async function cancel(): Promise<void> {
    await call('cancel', {})
  }

  /** Leaves the eras unchecked that were not run yet. */
  async function stopEras(): Promise<void> {
    erasStopped.value = runId.value
    await call('cancel', {})
  }

  /** Shows a message: about the text as it is now, or one that stays until the person has dismissed it. */
  function say(text: string, until: 'edited' | 'dismissed' = 'edited'): void {
    message.value = text
    messageRevision = until === 'edited' ? document.revision : null
  }

  function dismissMessage(): void {
    message.value = null
  }

  return {
    activity,
    summary,
    report,
    matrix,
    errors,
    failure,
    message,
    eras,
    runId,
    stale,
    outdated,
    busy,
    checking,
    erasStopped,
    stopEras,
    ranRevision,
    askedRevision,
    steppedSoFar,
    exploring,
    pending,
    settledVerdicts,
    revived,
    call,
    afterViews,
    attach,
    greet,
    run,
    runTyped,
    replay,
    willReplay,
    cancel,
    say,
    dismissMessage,
  }
})

/** Resolves after so many milliseconds; at once if there are none. */
function sleep(milliseconds: number): Promise<void> {
  return milliseconds <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, milliseconds))
}

/** A newer run took its place, or the core was lost, which `onRestart` tells. */
function isToldElsewhere(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false
  return error.code === 'superseded' || error.code === 'disconnected'
}
