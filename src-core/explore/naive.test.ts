/** Walks within a bound: fewest preemptions first, each schedule once. */
import { describe, expect, it } from 'vitest'
import { Explorer } from './explorer.ts'
import { NaiveWalk } from './naive.ts'
import type { ExploreOptions } from './options.ts'
import { openSession, plainSandbox, type Opened } from './testing/open-session.ts'

const LOCKED = `import {
  kthread_run, mutex, mutex_init, mutex_lock, mutex_unlock, READ_ONCE, shared, WRITE_ONCE,
} from 'linux'
const lock = mutex_init(new mutex())
const x = shared(0)
for (const id of [1, 2, 3]) {
  kthread_run(() => {
    WRITE_ONCE(x, id)
    mutex_lock(lock)
    READ_ONCE(x)
    mutex_unlock(lock)
  }, 'locker')
}
`

/** Shows a use after free with two preemptions and no fewer. */
const TWICE = `import { kthread_run, kmalloc, kfree, READ_ONCE, shared, WRITE_ONCE, GFP_KERNEL } from 'linux'
const p = kmalloc(8, GFP_KERNEL)!
const x = shared(0)
kthread_run(() => {
  WRITE_ONCE(x, 1)
  WRITE_ONCE(x, 2)
}, 'one')
kthread_run(() => {
  if (READ_ONCE(x) !== 1 || READ_ONCE(x) !== 2) return
  kfree(p)
  p.read_u8(0)
}, 'two')
`

/** The orders that a walk reports, with the preemptions of its pass. */
function ordersOf({ session, program, record }: Opened, bound: number): [preemptions: number, order: string][] {
  const orders: [number, string][] = []
  const walk = new NaiveWalk(session, program, record, bound)
  walk.run({
    executed: (trail) => {
      orders.push([walk.pass, trail.order.slice(0, trail.depth).join()])
      return true
    },
  })
  expect(walk.complete).toBe(true)
  return orders
}

describe('a walk within a bound', () => {
  const opened = openSession(LOCKED)
  const all = new Set(ordersOf(opened, Infinity).map(([, order]) => order))
  const within = [0, 1, 2, 3].map((bound) => ordersOf(opened, bound))

  it('reports schedules with fewer preemptions first, each once, as a smaller bound does', () => {
    within.forEach((orders, bound) => {
      expect(new Set(orders.map(([, order]) => order)).size).toBe(orders.length)
      expect(orders.every(([, order]) => all.has(order))).toBe(true)
      expect(orders.map(([preemptions]) => preemptions)).toEqual(orders.map(([preemptions]) => preemptions).sort())
      if (bound > 0) expect(orders.slice(0, within[bound - 1]!.length)).toEqual(within[bound - 1])
    })
    expect(within.map((orders) => orders.length)).toEqual(
      [...within.map((orders) => orders.length)].sort((x, y) => x - y),
    )
  })

  it('reports all schedules if the bound leaves nothing out', () => {
    expect(new Set(ordersOf(opened, 1000).map(([, order]) => order))).toEqual(all)
  })

  it('goes on where it was saved', () => {
    const orders = ordersOf(opened, 3)
    const walk = new NaiveWalk(opened.session, opened.program, opened.record, 3)
    let left = orders.length >> 1
    walk.run({ executed: () => --left > 0 })
    const rest = new NaiveWalk(opened.session, opened.program, opened.record, 3)
    rest.restore(walk.save())
    const found: string[] = []
    rest.run({ executed: (trail) => found.push(trail.order.slice(0, trail.depth).join()) > 0 })
    expect(found).toEqual(orders.slice(orders.length >> 1).map(([, order]) => order))
  })

  it('finds with the fewest preemptions, and need not look for a simpler schedule', () => {
    const { program } = openSession(TWICE)
    const options: ExploreOptions = {
      era: 'v6.12',
      machine: {},
      mode: 'exhaustive',
      bound: 3,
      maxExecutions: null,
      seed: 1,
      shard: null,
      steps: 1000,
    }
    const found = (bound: number | null): unknown => {
      const explorer = new Explorer(program, { ...options, bound }, plainSandbox)
      expect(explorer.advanceWhile(() => true)).toBe(true)
      return explorer.result().findings.filter(({ code }) => code === 'slab-use-after-free')
    }
    expect(found(3)).toMatchObject([{ preemptions: 2, minimal: true }])
    expect(found(3)).toEqual(found(null))
  })
})
