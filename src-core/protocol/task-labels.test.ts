import { expect, it } from 'vitest'
import type { TaskInfo } from '../trace/record.ts'
import { taskLabels } from './task-labels.ts'

it('gives tasks of one name their process ids, and leaves handlers and single names alone', () => {
  const tasks = [
    ['insmod', 'process'],
    ['client', 'process'],
    ['client', 'process'],
    ['timer', 'irq'],
    ['timer', 'irq'],
  ].map(([name, context], id) => ({ id, pid: 100 + id, name, context }) as TaskInfo)
  expect(taskLabels(tasks)).toEqual(['insmod', 'client-101', 'client-102', 'timer', 'timer'])
})
