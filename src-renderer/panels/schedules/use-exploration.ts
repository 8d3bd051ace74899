/** One exploration of schedules at a time: what it was asked, how far it is, what it found, and replay of a token. */
import { computed, shallowRef } from 'vue'
import type { ExploreAnswer, ExploreRequest } from '../../../src-core/protocol/messages.ts'
import { useDocumentStore } from '../../stores/document.ts'
import { useSessionStore } from '../../stores/session.ts'

export type ExploreMode = ExploreRequest['mode']

export interface ExploreWish {
  readonly mode: ExploreMode
  /** Preemptions; null = any number. */
  readonly bound: number | null
  readonly seconds: number
}

/** Outside the component: closing the panel does not lose what was found. */
const answer = shallowRef<ExploreAnswer | null>(null)
const busy = shallowRef(false)
const paused = shallowRef(false)
const failure = shallowRef<string | null>(null)
const ofRevision = shallowRef(-1)
const ofProgram = shallowRef('')
/** What the panel would ask next. */
const wish = shallowRef<ExploreWish>({ mode: 'exhaustive', bound: null, seconds: 20 })
const MOST_WORKERS = 4

/** Workers of an exploration: one core stays with the window. */
export function workers(): number {
  return Math.max(1, Math.min(MOST_WORKERS, (navigator.hardwareConcurrency || 2) - 1))
}

export function useExploration() {
  const session = useSessionStore()
  const document = useDocumentStore()
  const stale = computed(() => answer.value !== null && ofRevision.value !== document.revision)
  /** What was found; that of another program is not shown. */
  const shown = computed(() => (ofProgram.value === document.programId ? answer.value : null))

  async function explore(asked: ExploreWish = wish.value): Promise<void> {
    wish.value = asked
    busy.value = true
    paused.value = false
    failure.value = null
    const revision = document.revision
    const program = document.programId
    const sampled = asked.mode !== 'exhaustive'
    try {
      answer.value = await session.call('explore', {
        ...document.request(),
        mode: asked.mode,
        bound: sampled ? null : asked.bound,
        maxExecutions: sampled ? 2000 : null,
        seed: 1,
        seconds: asked.seconds,
        jobs: workers(),
      })
      ofRevision.value = revision
      ofProgram.value = program
    } catch (error) {
      failure.value = error instanceof Error ? error.message : String(error)
    }
    busy.value = paused.value = false
  }

  /** Waits, with everything kept as it is, or goes on. */
  async function pause(wait: boolean): Promise<void> {
    paused.value = wait
    await session.call('pauseExplore', { paused: wait })
  }

  async function stop(): Promise<void> {
    await session.call('stopExplore', {})
  }

  const progress = computed(() => session.exploring)
  return { answer: shown, wish, busy, paused, failure, stale, explore, pause, stop, progress }
}
