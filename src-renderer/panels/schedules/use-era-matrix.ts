/** The exploration of the open program in every era, one after the other. */
import { computed, shallowRef } from 'vue'
import type { Exploration } from '../../../src-core/protocol/messages.ts'
import { useDocumentStore } from '../../stores/document.ts'
import { useSessionStore } from '../../stores/session.ts'
import type { ExploreWish } from './use-exploration.ts'

/** Outside the component: closing the panel does not lose what was found. */
const rows = shallowRef<ReadonlyMap<string, Exploration | null>>(new Map())
const at = shallowRef<string | null>(null)
const ofRevision = shallowRef(-1)
let wanted = 0

export function useEraMatrix() {
  const session = useSessionStore()
  const document = useDocumentStore()
  const stale = computed(() => rows.value.size > 0 && ofRevision.value !== document.revision)

  async function start(wish: ExploreWish, jobs: number): Promise<void> {
    const mine = ++wanted
    rows.value = new Map()
    ofRevision.value = document.revision
    const request = document.request()
    for (const { id } of session.eras) {
      if (mine !== wanted) break
      at.value = id
      const sampled = wish.mode !== 'exhaustive'
      try {
        const { exploration } = await session.call('explore', {
          ...request,
          era: id,
          mode: wish.mode,
          bound: sampled ? null : wish.bound,
          maxExecutions: sampled ? 2000 : null,
          seed: 1,
          seconds: wish.seconds,
          jobs,
        })
        if (mine === wanted) rows.value = new Map([...rows.value, [id, exploration]])
      } catch {
        if (mine === wanted) rows.value = new Map([...rows.value, [id, null]])
      }
    }
    if (mine === wanted) at.value = null
  }

  /** Ends it; what was found stays. */
  async function stop(): Promise<void> {
    wanted++
    at.value = null
    await session.call('stopExplore', {})
  }

  return { rows, at, stale, start, stop }
}
