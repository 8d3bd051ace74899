/** A wish to see a place of the source in the editor; the editor fulfils it. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import type { Place } from '../../src-core/report/report.ts'
import { useDocumentStore } from './document.ts'

export const useRevealStore = defineStore('reveal', () => {
  const document = useDocumentStore()
  const wish = shallowRef<{ readonly place: Place; readonly focus: boolean } | null>(null)

  /** Shows a place; `focus` also puts the caret there. */
  function show(place: Place, focus = false): void {
    if (place.file !== document.active) document.activate(place.file)
    wish.value = { place, focus }
  }
  return { wish, show }
})
