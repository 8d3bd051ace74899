import { describe, expect, it } from 'vitest'
import { liveRun } from '../testing/live-run.ts'
import { RunView } from './run-view.ts'
import { timeline } from './timeline.ts'
import { timelineTotals } from './timeline-totals.ts'

const GRACE = `import { kmalloc, kfree_rcu, GFP_KERNEL, spin_lock, spin_unlock } from 'linux'
import { rcu_read_lock, rcu_read_unlock, rcu_barrier } from 'linux'
import { spinlock_t } from 'linux/spinlock'
const lock = new spinlock_t()
const a = kmalloc(64, GFP_KERNEL)!
spin_lock(lock)
spin_unlock(lock)
rcu_read_lock()
kfree_rcu(a)
rcu_read_unlock()
rcu_barrier()
`
const LIST = `import { alloc_page, __free_page, GFP_KERNEL } from 'linux'
import { scatterlist, sg_init_table, sg_set_page } from 'linux'
const page = alloc_page(GFP_KERNEL)!
const sgl: scatterlist[] = []
sg_init_table(sgl, 1)
sg_set_page(sgl[0]!, page, 4096, 0)
__free_page(page)
`
const view = (text: string, era?: string): RunView => new RunView(liveRun(text, era))
const whole = (of: RunView, more = {}) =>
  timeline(of, { run: 1, from: 1, to: of.steps, width: 800, maxBars: 100, ...more })

describe('tracks of the timeline', () => {
  it('has spans for lock holds, RCU sections and grace periods', () => {
    const of = view(GRACE)
    const stepOf = (line: number): number => {
      for (let step = 1; step <= of.steps; step++) if (of.spanOf(step).line === line) return step
      return 0
    }
    const { tracks, bars } = whole(of)
    const spans = Object.fromEntries(tracks.map(({ name, spans }) => [name, spans.map(({ from, to }) => [from, to])]))
    expect(spans['spinlock lock']).toEqual([[stepOf(6), stepOf(7)]])
    expect(spans['RCU readers']).toEqual([[stepOf(8), stepOf(10)]])
    const freed = bars.find(({ label }) => label === 'a')!.to
    expect(freed).toBeGreaterThan(stepOf(10))
    expect(spans['grace periods']).toEqual([[stepOf(9), freed]])
  })

  it('says where ownership moves and to whom', () => {
    const bar = whole(view(GRACE)).bars.find(({ label }) => label === 'a')!
    expect(bar.moves.map(({ task, what }) => [task, what])).toEqual([[-1, 'RCU']])
  })

  it('draws a scatterlist entry as a right on what it names', () => {
    const of = view(LIST)
    const { rights } = whole(of).bars.find(({ label }) => label === 'page')!
    expect(rights).toEqual([{ kind: 'sg', from: of.steps - 1, to: of.steps + 1, holder: 0 }])
  })

  it('merges spans that share a pixel and keeps their number', () => {
    const many = `import { rcu_read_lock, rcu_read_unlock } from 'linux'
for (let i = 0; i < 500; i++) {
  rcu_read_lock()
  rcu_read_unlock()
}
`
    const of = view(many)
    const [track] = timeline(of, { run: 1, from: 1, to: of.steps, width: 40, maxBars: 0 }).tracks
    expect(track.spans.length).toBeLessThanOrEqual(41)
    expect(track.spans.reduce((sum, { count }) => sum + count, 0)).toBe(500)
  })
})

describe('filter, pins and totals', () => {
  it('keeps the memories whose name, kind or owner fits, and those that are pinned', () => {
    const of = view(LIST)
    const all = whole(of).bars.map(({ label }) => label)
    expect(all).toContain('page')
    expect(whole(of, { filter: 'PAGE' }).bars.map(({ label }) => label)).toContain('page')
    expect(whole(of, { filter: 'nothing like it' }).bars).toEqual([])
    const id = whole(of).bars.find(({ label }) => label === 'page')!.allocation
    expect(whole(of, { filter: 'nothing like it', pinned: [id] }).bars.map(({ label }) => label)).toEqual(['page'])
  })

  it('counts an area from the trace', () => {
    const of = view(LIST)
    const totals = timelineTotals(of, { run: 1, from: 1, to: of.steps })
    expect(totals).toMatchObject({ steps: of.steps, made: 1, madeBytes: 4096, freed: 1, freedBytes: 4096 })
    expect(totals.tasks).toEqual([{ task: 0, steps: of.steps }])
    expect(timelineTotals(of, { run: 1, from: of.steps, to: 1 })).toEqual(totals)
  })
})
