// @vitest-environment happy-dom
import { createPinia, getActivePinia, setActivePinia } from 'pinia'
import { createApp, nextTick } from 'vue'
import { beforeEach, expect, it, vi } from 'vitest'
import type { EraInfo, RunSummary } from '../../../src-core/protocol/messages.ts'
import { useDocumentStore } from '../../stores/document.ts'
import { useSelectionStore } from '../../stores/selection.ts'
import { useSessionStore } from '../../stores/session.ts'
import Eras from './Eras.vue'

vi.mock('../../core/examples.ts', () => ({ FIRST_EXAMPLE: '', examples: () => [] }))

const era = (id: string): EraInfo => ({ id, basis: 'source', summary: '' }) as unknown as EraInfo
const found = [{ code: 'leak', severity: 'error', line: 7, file: 'a.ts' }]

beforeEach(() => {
  localStorage.clear()
  setActivePinia(createPinia())
})

function shown(): HTMLElement {
  const session = useSessionStore()
  session.eras = [era('v5.10'), era('v6.12')]
  session.summary = {
    run: 1,
    report: {
      era: 'v6.12',
      outcome: 'completed',
      diagnoses: [{ code: 'leak', step: 4, at: { line: 7 }, memory: null }],
    },
    steps: 9,
  } as unknown as RunSummary
  session.matrix = { 'v5.10': found, 'v6.12': found }
  const host = document.createElement('div')
  createApp(Eras).use(getActivePinia()!).mount(host)
  return host
}

it('a verdict of another era opens its run at that problem', () => {
  const choose = vi.spyOn(useDocumentStore(), 'chooseEra')
  const wish = vi.spyOn(useSelectionStore(), 'wish')
  shown().querySelector<HTMLElement>('[aria-label="leak in line 7 under v5.10"]')?.click()
  expect(wish).toHaveBeenCalledWith('leak')
  expect(choose).toHaveBeenCalledWith('v5.10')
})

it('a verdict of this era selects the problem', async () => {
  shown().querySelector<HTMLElement>('[aria-label="leak in line 7 under v6.12"]')?.click()
  await nextTick()
  expect(useSelectionStore().problem).toBe(0)
})
