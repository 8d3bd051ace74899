/** Ownership mistakes that the text shows, asked for while it is typed. Those that the run shows too are left to it. */
import { defineStore } from 'pinia'
import { computed, onScopeDispose, shallowRef, watch } from 'vue'
import type { StaticFinding } from '../../src-core/protocol/messages.ts'
import { useDocumentStore } from './document.ts'
import { useSessionStore } from './session.ts'

/**
 * Milliseconds without a keystroke before the text is checked: longer than between two keys of somebody who types. The
 * core does one thing at a time, so a run and the views that ask for it go first, as long as the run takes no longer
 * than `PATIENCE`.
 */
const PAUSE = 350
const PATIENCE = 1000

export const useStaticCheckStore = defineStore('static-check', () => {
  const document = useDocumentStore()
  const session = useSessionStore()
  const all = shallowRef<readonly StaticFinding[]>([])
  let timer: ReturnType<typeof setTimeout> | undefined
  let changedAt = 0
  /** The text, or what is known of eras, is newer than what was checked. */
  let isDue = false

  /** What the run on screen does not say itself. */
  const list = computed(() => {
    if (session.summary === null || session.stale) return all.value
    const told = new Set(session.report?.diagnoses.map(({ code, at }) => `${code} ${at.file}:${at.line}`))
    return all.value.filter(({ code, at }) => !told.has(`${code} ${at.file}:${at.line}`))
  })

  /** Where they were seen: the run on screen may be of an older text, or there is none. */
  const heading = computed(() => {
    if (session.summary !== null && !session.stale) return 'Seen in the text, on a path that this run did not take'
    return session.summary !== null && !session.outdated
      ? 'Seen in the text'
      : 'Seen in the text, which has not run yet'
  })

  async function check(): Promise<void> {
    const { revision } = document
    try {
      const { findings } = await session.call('check', document.request())
      if (document.revision === revision) all.value = findings
    } catch {
      // The core is starting or was lost: the next change asks again. Or a newer check took the place of this one.
      if (document.revision === revision) all.value = []
    }
  }

  function checkSoon(): void {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (session.busy && performance.now() < changedAt + PATIENCE) return checkSoon()
      isDue = false
      void check()
    }, PAUSE)
  }

  watch(
    [() => document.revision, () => session.eras],
    () => {
      isDue = true
      changedAt = performance.now()
      checkSoon()
    },
    { immediate: true },
  )
  // What was found in one program is no word about another.
  watch(
    () => document.programId,
    () => {
      all.value = []
    },
    { flush: 'sync' },
  )
  // The views ask when a run has ended.
  watch(
    () => session.busy,
    () => {
      if (isDue) checkSoon()
    },
  )
  onScopeDispose(() => clearTimeout(timer))
  return { all, list, heading }
})
