// @vitest-environment happy-dom
import { createPinia, disposePinia, getActivePinia, setActivePinia } from 'pinia'
import { nextTick } from 'vue'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { RunSummary, StaticFinding } from '../../src-core/protocol/messages.ts'
import { useDocumentStore } from './document.ts'
import { useSessionStore } from './session.ts'
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

// No check of a text is left to come when the page is gone.
afterEach(() => disposePinia(getActivePinia()!))

it('what was found in one program is not listed for another', async () => {
  const document = useDocumentStore()
  const check = useStaticCheckStore()
  check.all = [FINDING]
  await nextTick()
  expect(check.list).toEqual([FINDING])
  document.newSnippet()
  expect(check.list).toEqual([])
})

it('no run is said to have left a path out that is of an older text, or not there', () => {
  const document = useDocumentStore()
  const session = useSessionStore()
  const check = useStaticCheckStore()
  expect(check.heading).toBe('Seen in the text, which has not run yet')
  session.summary = { run: 1, report: { diagnoses: [] } } as unknown as RunSummary
  session.ranRevision = document.revision
  expect(check.heading).toBe('Seen in the text, on a path that this run did not take')
  document.revision += 1
  expect(check.heading).toBe('Seen in the text')
  session.errors = [{ code: 'syntax', message: '', at: { file: 'a.ts', line: 1, column: 1 } }]
  expect(check.heading).toBe('Seen in the text, which has not run yet')
})
