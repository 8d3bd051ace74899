/** What the Tab key does in the editor: it indents, or it moves the focus on. The way out of the editor by keyboard. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { MAC } from '../core/commands.ts'

export const useTabKeyStore = defineStore('tab-key', () => {
  /** The caret is in the editor. */
  const focused = shallowRef(false)
  const leaves = shallowRef(false)
  /** Changes what Tab does; null while there is no editor. */
  const change = shallowRef<(() => void) | null>(null)
  /** The key that changes it, as it is written. */
  const key = MAC ? '⌃⇧M' : 'Ctrl+M'
  return { key, focused, leaves, change }
})
