/** What TypeScript says about the open files, as the editor's worker reports it. */
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { useDocumentStore } from './document.ts'

export interface TypeError {
  readonly code: string
  readonly message: string
  readonly file: string
  readonly line: number
  readonly column: number
}

export const useTypeErrorsStore = defineStore('type-errors', () => {
  const document = useDocumentStore()
  /** As the worker last said it; it may still speak of the program before. */
  const reported = shallowRef<readonly TypeError[]>([])
  const list = computed(() => {
    const open = new Set(document.files.map(({ path }) => path))
    return reported.value.filter(({ file }) => open.has(file))
  })
  return { list, reported }
})
