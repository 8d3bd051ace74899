/** What a person set for the app as a whole. Kept in this browser or on this machine. */
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { readStored, writeStored } from '../core/storage.ts'

export type Theme = 'system' | 'light' | 'dark'
const THEMES: readonly Theme[] = ['system', 'light', 'dark']

export const useSettingsStore = defineStore('settings', () => {
  const stored = readStored('settings')
  const theme = shallowRef<Theme>(THEMES.find((each) => each === stored['theme']) ?? 'system')
  /** Run by itself a moment after typing stops. */
  const live = shallowRef(stored['live'] !== false)
  const systemDark = shallowRef(false)
  const dark = computed(() => theme.value === 'dark' || (theme.value === 'system' && systemDark.value))

  if (typeof matchMedia === 'function') {
    const query = matchMedia('(prefers-color-scheme: dark)')
    systemDark.value = query.matches
    query.addEventListener('change', (event) => {
      systemDark.value = event.matches
    })
  }

  function nextTheme(): void {
    theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? 'system'
  }

  watch([theme, live], () => writeStored('settings', { theme: theme.value, live: live.value }))
  return { theme, live, dark, nextTheme }
})
