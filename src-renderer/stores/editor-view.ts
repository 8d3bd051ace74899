/** What the editor panel shows of the open file: the snippet, or the same as it would be typed in a kernel tree. */
import { defineStore } from 'pinia'
import { shallowRef, watch } from 'vue'
import { useDocumentStore } from './document.ts'
import { useRevealStore } from './reveal.ts'

export type EditorView = 'snippet' | 'c' | 'rust'

export const useEditorViewStore = defineStore('editor-view', () => {
  const document = useDocumentStore()
  const reveal = useRevealStore()
  const view = shallowRef<EditorView>('snippet')

  function show(next: EditorView): void {
    view.value = next
  }

  // Whoever wishes to see a line means a line of the snippet.
  watch(
    () => reveal.wish,
    () => show('snippet'),
  )
  watch(
    () => document.programId,
    () => show('snippet'),
  )
  return { view, show }
})
