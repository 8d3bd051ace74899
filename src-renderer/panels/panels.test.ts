// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { createApp, nextTick } from 'vue'
import type { Component } from 'vue'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Diagnosis } from '../../src-core/report/report.ts'
import { stamp } from './console/stamp.ts'
import { nextOf } from './editor/follow-line.ts'
import ProblemCard from './problems/ProblemCard.vue'
import SplitPane from '../widgets/SplitPane.vue'

const place = (line: number) => ({ file: 'dir/driver.ts', line, column: 1 })
const diagnosis: Diagnosis = {
  code: 'slab-use-after-free',
  severity: 'error',
  certainty: 'possible',
  message: '`b` is written after the free',
  at: place(13),
  task: 'insmod',
  step: 8,
  memory: null,
  fix: 'keep `a`',
  kernel: 'BUG: KASAN',
  eras: { 'v6.14': [] },
  story: [
    { role: 'allocated', at: place(6), step: 1, task: 'insmod', text: 'kmalloc(256)' },
    { role: 'used', at: place(13), step: 8, task: 'insmod', text: 'b' },
  ],
  rights_left: [{ kind: 'page-reference', on: 'page', holder: 'insmod', at: place(8) }],
  pointers: [],
  consequences: [],
}

function mount(component: Component, props: Record<string, unknown>): HTMLElement {
  const host = document.createElement('div')
  document.body.append(host)
  createApp(component, props).use(createPinia()).mount(host)
  return host
}

beforeEach(() => setActivePinia(createPinia()))

describe('a problem card', () => {
  it('closed, says what, where and how sure', () => {
    const text = mount(ProblemCard, { index: 0, diagnosis, open: false }).textContent
    expect(text).toContain('slab-use-after-free')
    expect(text).toContain('driver.ts:13')
    expect(text).toContain('possible')
    expect(text).not.toContain('kmalloc(256)')
  })
  it('open, tells the story, what is left, the fix and what a real kernel prints', () => {
    const text = mount(ProblemCard, { index: 0, diagnosis, open: true }).textContent
    for (const part of [
      'kmalloc(256)',
      'page reference of insmod (driver.ts:8)',
      'keep a',
      'BUG: KASAN',
      'v6.14: nothing wrong',
    ]) {
      expect(text).toContain(part)
    }
  })
  it('shows a possible error in amber, never in red', () => {
    const card = mount(ProblemCard, { index: 0, diagnosis, open: false })
    expect(card.querySelector('li')?.className).toContain('warn')
    expect(card.querySelector('.error')).toBeNull()
  })
})

describe('a split pane', () => {
  it('moves its divider with the arrow keys', async () => {
    const seen: number[] = []
    const take = (value: number): void => void seen.push(value)
    const host = mount(SplitPane, { modelValue: 50, direction: 'row', label: 'panes', 'onUpdate:modelValue': take })
    const bar = host.querySelector('[role=separator]')
    bar?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight' }))
    bar?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowUp' }))
    await nextTick()
    expect(seen).toEqual([52])
  })
})

describe('small words', () => {
  it('stamps a log line as dmesg does', () => {
    expect(stamp(12)).toBe('    0.000012')
    expect(stamp(12_345_678)).toBe('   12.345678')
  })
  it('walks through the steps of a line click by click', () => {
    expect(nextOf([3, 9], 0)).toBe(3)
    expect(nextOf([3, 9], 3)).toBe(9)
    expect(nextOf([3, 9], 9)).toBe(3)
  })
})
