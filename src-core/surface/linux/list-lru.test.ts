import { describe, expect, it } from 'vitest'
import { Flag } from '../../trace/ops.ts'
import { runText } from '../../runtime/testing/run-text.ts'

/** An lru of numbered items, and a function that puts `n` more on it. */
const SETUP = `
import * as k from 'linux'
import { sim } from 'sim'
const Item = k.struct('item', { n: k.u32, lru: k.list_head })
const lru = new k.list_lru()
k.list_lru_init(lru)
let made = 0
const make = () => {
  const it = k.kzalloc(k.sizeof(Item), k.GFP_KERNEL).as(Item)
  it.n = ++made
  k.INIT_LIST_HEAD(it.lru)
  return it
}
const add = (n) => { for (let i = 0; i < n; i++) k.list_lru_add(lru, make().lru, 0, null) }
const say = (...values) => k.pr_info(values.join(' '))
const numberOf = (item) => k.container_of(item, Item, 'lru').n
`
const rows = (text: string, era = 'v6.12') => runText(`${SETUP}${text}`, { era })

describe('list_lru', () => {
  it('adds once, removes once, and counts', () => {
    const { log } = rows(`
      const a = make()
      say(k.list_lru_add(lru, a.lru, 0, null), k.list_lru_add(lru, a.lru, 0, null), k.list_lru_count(lru))
      say(k.list_lru_del(lru, a.lru, 0, null), k.list_lru_del(lru, a.lru, 0, null), k.list_lru_count(lru))`)
    expect(log).toEqual(['true false 1', 'true false 0'])
  })

  it('walks the oldest first, and does what the status says', () => {
    const { log } = rows(`
      add(4)
      const seen = []
      const status = { 1: k.LRU_SKIP, 2: k.LRU_ROTATE, 3: k.LRU_REMOVED, 4: k.LRU_STOP }
      const removed = k.list_lru_walk(lru, (item, list) => {
        const n = numberOf(item)
        seen.push(n)
        if (n === 3) k.list_lru_isolate(list, item)
        return status[n]
      }, null, 10)
      say(seen.join(), removed, k.list_lru_count(lru))
      const order = []
      k.list_lru_walk(lru, (item) => { order.push(numberOf(item)); return k.LRU_SKIP }, null, 10)
      say(order.join())`)
    expect(log).toEqual(['1,2,3,4 1 3', '1,4,2'])
  })

  it('looks at no more items than asked, counting those seen again after a retry', () => {
    const { log } = rows(`
      add(3)
      let calls = 0
      k.list_lru_walk(lru, () => { calls++; return k.LRU_RETRY }, null, 5)
      say(calls)`)
    expect(log).toEqual(['5'])
  })

  const RETRY = (retakes: boolean) => `
      add(2)
      k.list_lru_walk(lru, (item, list, lock) => {
        k.list_lru_isolate(list, item)
        k.spin_unlock(lock)
        k.kfree(k.container_of(item, Item, 'lru').ptr)
        ${retakes ? 'k.spin_lock(lock)' : ''}
        return k.LRU_REMOVED_RETRY
      }, null, 10)
      say(k.list_lru_count(lru), made)`

  it('wants the lock back from LRU_REMOVED_RETRY in v6.12, and dropped since v6.13', () => {
    const wrong = (text: string, era: string): number =>
      rows(text, era).operations.filter(({ op, flags }) => op === 'list_lru_status' && (flags & Flag.WARNED) !== 0)
        .length
    expect(wrong(RETRY(true), 'v6.12')).toBe(0)
    expect(wrong(RETRY(false), 'v6.12')).toBeGreaterThan(0)
    expect(wrong(RETRY(true), 'v6.14')).toBeGreaterThan(0)
    expect(wrong(RETRY(false), 'v6.14')).toBe(0)
    expect(rows(RETRY(false), 'v6.14').log).toEqual(['0 2'])
  })

  it('holds its lock during a callback: an add from there waits for ever', () => {
    const { outcome } = rows(`
      add(1)
      const b = make()
      k.list_lru_walk(lru, () => { k.list_lru_add(lru, b.lru, 0, null); return k.LRU_SKIP }, null, 1)`)
    expect(outcome).toBe('deadlock')
  })

  it('lets another task add when the callback dropped the lock', () => {
    const { log } = rows(`
      add(1)
      const done = new k.completion()
      k.kthread_run(() => { add(1); k.complete(done) }, 'adder')
      let calls = 0
      k.list_lru_walk(lru, (item, list, lock) => {
        if (calls++ > 0) return k.LRU_SKIP
        k.spin_unlock(lock)
        k.wait_for_completion(done)
        k.spin_lock(lock)
        return k.LRU_RETRY
      }, null, 9)
      say(calls, k.list_lru_count(lru))`)
    expect(log).toEqual(['3 2'])
  })

  it('names its rights: what a row takes, another ends', () => {
    const { operations } = rows(`
      const a = make()
      k.list_lru_add(lru, a.lru, 0, null)
      k.list_lru_del(lru, a.lru, 0, null)`)
    const found = operations.filter(({ op }) => op === 'list_lru_add' || op === 'list_lru_del')
    expect(found.map(({ a }) => a)).toEqual([1, 1])
    expect(found[0]?.allocation).toBeGreaterThan(0)
    expect(found[1]?.subject).toBe(found[0]?.subject)
  })
})
