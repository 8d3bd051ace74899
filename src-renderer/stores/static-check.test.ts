// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { nextTick } from 'vue'
import { beforeEach, expect, it } from 'vitest'
import type { StaticFinding } from '../../src-core/protocol/messages.ts'
import { useDocumentStore } from './document.ts'
import { useStaticCheckStore } from './static-check.ts'

const FINDING: StaticFinding = {
  code: 'page-leak',
  severity: 'error',
  certainty: 'definite',
  message: 'm',
  at: { file: 'slab-uaf.ts', line: 1, column: 1, endLine: 1, endColumn: 2 },
  story: [],
  fix: null,
}

beforeEach(() => {
  localStorage.clear()
  setActivePinia(createPinia())
})

it('what was found in one program is not listed for another', async () => {
  const document = useDocumentStore()
  const check = useStaticCheckStore()
  check.all = [FINDING]
  await nextTick()
  expect(check.list).toEqual([FINDING])
  document.newSnippet()
  expect(check.list).toEqual([])
})
