import { describe, expect, it } from 'vitest'
import { headRows, LANE, showsAlways } from './head-rows.ts'

const lane = (task: number, name: string, context = 'process') => ({ task, tasks: [task], name, context, runs: [] })
const track = (id: string, group: 'lock' | 'rcu', name: string) => ({ id, group, name, spans: [] })
const LANES = [lane(0, 'insmod'), lane(1, 'irq/3', 'irq')]
const TRACKS = [track('lock 1', 'lock', 'mutex dev.lock'), track('grace', 'rcu', 'grace periods')]
const none = { pinned: [], hiddenGroups: new Set<never>(), filter: '', running: -1 }

describe('rows above the memories', () => {
  it('are the tasks, then the tracks', () => {
    const { rows, fixed, scrolled } = headRows(LANES, TRACKS, none, 1000)
    expect(rows.map((row) => [row.name, row.group])).toEqual([
      ['insmod', 'task'],
      ['irq/3', 'irq'],
      ['mutex dev.lock', 'lock'],
      ['grace periods', 'rcu'],
    ])
    expect([fixed, scrolled]).toEqual([4, 0])
  })

  it('put pinned rows first and keep them whatever is hidden', () => {
    const wishes = { ...none, pinned: ['grace', 'task 1'], hiddenGroups: new Set(['rcu', 'lock'] as const) }
    const { rows } = headRows(LANES, TRACKS, wishes, 1000)
    expect(rows.map((row) => row.name)).toEqual(['grace periods', 'irq/3', 'insmod'])
  })

  it('are narrowed by a filter that names one of them, and by no other', () => {
    expect(headRows(LANES, TRACKS, { ...none, filter: 'MUTEX' }, 1000).rows.map((row) => row.key)).toEqual(['lock 1'])
    expect(headRows(LANES, TRACKS, { ...none, filter: 'kmalloc' }, 1000).rows.length).toBe(4)
  })

  it('scroll below the memories where they would take more than their share', () => {
    const { fixed, scrolled } = headRows(LANES, TRACKS, none, LANE * 5)
    expect([fixed, scrolled]).toEqual([2, 2 * LANE])
    expect(headRows(LANES, TRACKS, { ...none, pinned: ['grace', 'lock 1', 'task 0'] }, LANE * 2).fixed).toBe(3)
  })

  it('keep the lane of the task at the playhead in sight, in the last row that does not scroll', () => {
    const lanes = ['insmod', 'service', 'client', 'kswapd0'].map((name, task) => lane(task, name))
    const named = (running: number, pinned: string[] = []) => {
      const head = headRows(lanes, [], { ...none, running, pinned }, LANE * 5)
      expect(showsAlways(head, running)).toBe(head.fixed > pinned.length)
      return head.rows.map((row) => row.name)
    }
    expect(named(3)).toEqual(['insmod', 'kswapd0', 'service', 'client'])
    expect(named(1)).toEqual(['insmod', 'service', 'client', 'kswapd0'])
    expect(named(3, ['task 1', 'task 2'])).toEqual(['service', 'client', 'insmod', 'kswapd0'])
  })
})
