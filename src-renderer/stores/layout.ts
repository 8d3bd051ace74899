/** Sizes of the panes and what is open. Kept between starts. */
import { defineStore } from 'pinia'
import { reactive, shallowRef, watch } from 'vue'
import { readStored, writeStored } from '../core/storage.ts'

export type BottomTab = 'problems' | 'console' | 'eras'
export type PaneName = keyof typeof DEFAULTS

/** Share of each split that its first pane gets, in percent. */
const DEFAULTS = { columns: 50, right: 46, main: 54, bottom: 40 }

export const useLayoutStore = defineStore('layout', () => {
  const stored = readStored('layout')
  const sizes = reactive({ ...DEFAULTS })
  for (const name of Object.keys(DEFAULTS) as PaneName[]) {
    const value = stored[name]
    if (typeof value === 'number' && value > 2 && value < 98) sizes[name] = value
  }
  const tab = shallowRef<BottomTab>(
    stored['tab'] === 'console' || stored['tab'] === 'eras' ? stored['tab'] : 'problems',
  )
  const sideOpen = shallowRef(stored['sideOpen'] !== false)

  function reset(): void {
    Object.assign(sizes, DEFAULTS)
    sideOpen.value = true
  }

  watch([sizes, tab, sideOpen], () => writeStored('layout', { ...sizes, tab: tab.value, sideOpen: sideOpen.value }))
  return { sizes, tab, sideOpen, reset }
})
