/**
 * Which address space the memory map shows: physical memory, the linear map, or one of the run's address spaces. The
 * choice is kept with the layout; where the run does not have it, physical memory is shown.
 */
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { SpaceName } from '../../src-core/protocol/messages.ts'
import { useLayoutStore } from './layout.ts'
import { useSessionStore } from './session.ts'

/** An entry of the chooser; `physical` is the map of frames. */
export interface SpaceChoice {
  readonly id: string
  readonly name: string
  readonly group: 'kernel' | 'process' | 'device'
}

export const PHYSICAL: SpaceChoice = { id: 'physical', name: 'physical', group: 'kernel' }

/** A page that a search found, to be brought on screen. */
export interface WantedPage {
  readonly space: string
  readonly page: number
}

export const useMapSpaceStore = defineStore('map-space', () => {
  const session = useSessionStore()
  const layout = useLayoutStore()
  const names = shallowRef<readonly SpaceName[]>([])
  const wanted = shallowRef<WantedPage | null>(null)

  watch(
    () => session.runId,
    async (run) => {
      if (run === 0) return
      try {
        const { spaces } = await session.call('spaces', { run })
        if (run === session.runId) names.value = spaces
      } catch {
        // The run is gone: the next one asks again.
      }
    },
    { immediate: true },
  )

  const choices = computed<readonly SpaceChoice[]>(() => [PHYSICAL, ...names.value])
  /** What is shown: the choice, if the run has it. */
  const shown = computed(() => (choices.value.some(({ id }) => id === layout.mapSpace) ? layout.mapSpace : PHYSICAL.id))
  const name = computed(() => choices.value.find(({ id }) => id === shown.value)?.name ?? PHYSICAL.name)

  function choose(id: string): void {
    layout.keepMapSpace(id)
  }

  /** Shows a page of a space. */
  function goTo(space: string, page: number): void {
    choose(space)
    wanted.value = { space, page }
  }

  return { names, choices, shown, name, wanted, choose, goTo }
})
