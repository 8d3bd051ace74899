/** What TypeScript says about the open files, as the editor's worker reports it. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

export interface TypeError {
  readonly code: string
  readonly message: string
  readonly file: string
  readonly line: number
  readonly column: number
}

export const useTypeErrorsStore = defineStore('type-errors', () => {
  const list = shallowRef<readonly TypeError[]>([])
  return { list }
})
