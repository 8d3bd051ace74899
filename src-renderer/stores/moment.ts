/** The moment that the inspector compares the playhead with: a pinned step, or the memory's event before its latest. */
import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import { useSessionStore } from './session.ts'

export const useMomentStore = defineStore('moment', () => {
  const session = useSessionStore()
  /** Pinned step; null = the previous event of what is selected. */
  const pinned = shallowRef<number | null>(null)
  const pin = (step: number): void => {
    pinned.value = step
  }
  const release = (): void => {
    pinned.value = null
  }
  // The steps of another run are others.
  watch(() => session.runId, release)
  return { pinned, pin, release }
})
