/** The playhead that every view shares: a step of the run on screen. 0 is before the first step. */
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { StepRow, Target } from '../../src-core/protocol/messages.ts'
import { useSessionStore } from './session.ts'

export const useCursorStore = defineStore('cursor', () => {
  const session = useSessionStore()
  const step = shallowRef(0)
  /** The last step of the run. */
  const steps = computed(() => session.summary?.steps ?? 0)
  /** The step at the playhead as a row; null before the first step or until the core answered. */
  const row = shallowRef<StepRow | null>(null)
  const atStart = computed(() => step.value <= 0)
  const atEnd = computed(() => step.value >= steps.value)

  function seek(to: number): void {
    step.value = Math.max(0, Math.min(steps.value, Math.trunc(to)))
  }
  const stepForward = (): void => seek(step.value + 1)
  const stepBack = (): void => seek(step.value - 1)
  const toStart = (): void => seek(0)
  const toEnd = (): void => seek(steps.value)

  /** Moves to the next (or previous) step that concerns `target`; stays where it is if there is none. */
  async function seekNeighbour(target: Target, direction: 'next' | 'previous'): Promise<void> {
    const answer = await session.call('neighbours', { run: session.runId, step: step.value, target })
    if (answer[direction] > 0) seek(answer[direction])
  }

  async function load(): Promise<void> {
    const run = session.runId
    const at = step.value
    if (run === 0 || at === 0) {
      row.value = null
      return
    }
    const answer = await session.call('steps', { run, from: at, count: 1 }).catch(() => null)
    if (answer !== null && run === session.runId && at === step.value) row.value = answer.rows[0] ?? null
  }
  watch([() => session.runId, step], () => void load())

  return { step, steps, row, atStart, atEnd, seek, stepForward, stepBack, toStart, toEnd, seekNeighbour }
})
