/** Why the text does not compile, each mistake once: what the compiler says, and what only TypeScript says. */
import { defineStore } from 'pinia'
import { computed } from 'vue'
import type { ReportError } from '../../src-core/report/report.ts'
import { useSessionStore } from './session.ts'
import { useTypeErrorsStore } from './type-errors.ts'

export const useTextErrorsStore = defineStore('text-errors', () => {
  const session = useSessionStore()
  const types = useTypeErrorsStore()
  /** The compiler's. A slip of the pen makes a parser say the same of a line several times over: once is enough. */
  const compile = computed<readonly ReportError[]>(() => {
    const said = new Set<string>()
    return session.errors.filter(({ at, message }) => {
      const key = `${at.file}:${at.line} ${message}`
      if (said.has(key)) return false
      said.add(key)
      return true
    })
  })
  /** TypeScript's, of lines of which the compiler has not spoken. */
  const onlyTypes = computed(() => {
    const spoken = new Set(session.errors.map(({ at }) => `${at.file}:${at.line}`))
    return types.list.filter(({ file, line }) => !spoken.has(`${file}:${line}`))
  })
  return { compile, onlyTypes }
})
