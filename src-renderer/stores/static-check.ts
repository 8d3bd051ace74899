/** Ownership mistakes that the text shows, asked for while it is typed. Those that the run shows too are left to it. */
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { StaticFinding } from '../../src-core/protocol/messages.ts'
import { useDocumentStore } from './document.ts'
import { useSessionStore } from './session.ts'

/** Milliseconds without a keystroke before the text is checked. */
const PAUSE = 120

export const useStaticCheckStore = defineStore('static-check', () => {
  const document = useDocumentStore()
  const session = useSessionStore()
  const all = shallowRef<readonly StaticFinding[]>([])
  let timer = 0

  /** What the run on screen does not say itself. */
  const list = computed(() => {
    if (session.summary === null || session.stale) return all.value
    const told = new Set(session.report?.diagnoses.map(({ code, at }) => `${code} ${at.file}:${at.line}`))
    return all.value.filter(({ code, at }) => !told.has(`${code} ${at.file}:${at.line}`))
  })

  async function check(): Promise<void> {
    const { revision } = document
    try {
      const { findings } = await session.call('check', document.request())
      if (document.revision === revision) all.value = findings
    } catch {
      // The core is starting or was lost: the next change asks again.
      all.value = []
    }
  }

  watch(
    [() => document.revision, () => session.eras],
    () => {
      clearTimeout(timer)
      timer = window.setTimeout(() => void check(), PAUSE)
    },
    { immediate: true },
  )
  return { all, list }
})
