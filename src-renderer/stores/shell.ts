/** Which sheet lies over the window: one at a time. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

export type Sheet = 'palette' | 'settings' | 'share' | 'reference'

export const useShellStore = defineStore('shell', () => {
  const sheet = shallowRef<Sheet | null>(null)

  function show(next: Sheet): void {
    sheet.value = next
  }

  function close(): void {
    sheet.value = null
  }

  return { sheet, show, close }
})
