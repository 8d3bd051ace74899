import { describe, expect, it } from 'vitest'
import { Flag } from '../../trace/ops.ts'
import { runText } from '../../runtime/testing/run-text.ts'

/** Items with a number, and a function that says which are on a list. */
const ITEMS = `
import * as k from 'linux'
const { list_head, LIST_HEAD, list_add, list_add_tail, list_del, list_del_init, list_empty, pr_info } = k
const Item = k.struct('item', { n: k.u32, node: list_head })
const item = (n) => { const it = k.kzalloc(k.sizeof(Item), k.GFP_KERNEL).as(Item); it.n = n; return it }
const numbers = (head) => {
  const out = []
  k.list_for_each_entry(head, Item, 'node', (it) => { out.push(it.n) })
  return out.join()
}
const say = (...values) => pr_info(values.join(' '))
const head = LIST_HEAD('head')
`

describe('linux/list', () => {
  it('adds at both ends, walks both ways, and counts', () => {
    const { log } = runText(`${ITEMS}
      say(list_empty(head))
      list_add_tail(item(2).node, head)
      list_add_tail(item(3).node, head)
      list_add(item(1).node, head)
      const back = []
      k.list_for_each_entry_reverse(head, Item, 'node', (it) => { back.push(it.n) })
      say(numbers(head), back.join(), k.list_count_nodes(head), list_empty(head))
      say(k.list_first_entry(head, Item, 'node').n, k.list_last_entry(head, Item, 'node').n)`)
    expect(log).toEqual(['true', '1,2,3 3,2,1 3 false', '1 3'])
  })

  it('ends a loop that returns false, and lets the safe loop delete', () => {
    const { log } = runText(`${ITEMS}
      for (let i = 1; i <= 4; i++) list_add_tail(item(i).node, head)
      const seen = []
      k.list_for_each_entry(head, Item, 'node', (it) => { seen.push(it.n); return it.n < 2 })
      k.list_for_each_entry_safe(head, Item, 'node', (it) => { if (it.n % 2) { list_del(it.node); k.kfree(it.ptr) } })
      say(seen.join(), numbers(head))`)
    expect(log).toEqual(['1,2 2,4'])
  })

  it('moves, replaces and splices', () => {
    const { log } = runText(`${ITEMS}
      const other = LIST_HEAD('other')
      const [a, b, c, d] = [item(1), item(2), item(3), item(4)]
      for (const it of [a, b, c]) list_add_tail(it.node, head)
      k.list_move(c.node, head)
      say(numbers(head))
      k.list_move_tail(a.node, other)
      k.list_replace(b.node, d.node)
      say(numbers(head), numbers(other), k.list_is_singular(other), k.list_is_last(d.node, head))
      k.list_splice_init(other, head)
      say(numbers(head), list_empty(other))
      list_del_init(c.node)
      say(list_empty(c.node), numbers(head), k.list_first_entry_or_null(other, Item, 'node'))`)
    expect(log).toEqual(['3,1,2', '3,4 1 true true', '1,3,4 true', 'true 1,4 '])
  })

  it('keeps links in simulated memory: two ways to the same link agree', () => {
    const { log } = runText(`${ITEMS}
      const a = item(1)
      list_add(a.node, head)
      say(head.next === a.node, a.node.next === head, a.ptr.read_u64(8) > 0n)
      say(k.list_entry(head.next, Item, 'node').n, k.container_of(a.node, Item, 'node').ptr.eq(a.ptr))`)
    expect(log).toEqual(['true true true', '1 true'])
  })

  it('stops the task that deletes a link twice: the poison maps nothing', () => {
    const { outcome, log } = runText(`${ITEMS}
      const a = item(1)
      list_add(a.node, head)
      list_del(a.node)
      say('once')
      list_del(a.node)
      say('twice')`)
    expect(log).toEqual(['once'])
    expect(outcome).toBe('oops')
  })

  it('stops the task that walks a zeroed head', () => {
    const { outcome } = runText(`${ITEMS}
      k.list_for_each_entry(item(1).node, Item, 'node', () => {})`)
    expect(outcome).toBe('oops')
  })

  it('leaves a deleted link walkable for RCU readers', () => {
    const { log } = runText(`${ITEMS}
      const [a, b] = [item(1), item(2)]
      k.list_add_tail_rcu(a.node, head)
      k.list_add_tail_rcu(b.node, head)
      const seen = []
      k.rcu_read_lock()
      k.list_for_each_entry_rcu(head, Item, 'node', (it) => { seen.push(it.n); if (it.n === 1) k.list_del_rcu(a.node) })
      k.rcu_read_unlock()
      say(seen.join(), numbers(head))`)
    expect(log).toEqual(['1,2 2'])
  })

  it('leaves the same trace in both forms', () => {
    const text = `${ITEMS}
      for (let i = 1; i <= 3; i++) list_add_tail(item(i).node, head)
      say(numbers(head))
      k.list_for_each_entry_safe(head, Item, 'node', (it) => { list_del(it.node); k.kfree(it.ptr) })`
    expect(runText(text, { interleaved: true })).toEqual(runText(text, { interleaved: false }))
  })

  describe('of static variables', () => {
    const run = (text: string) => {
      const { outcome, log, operations } = runText(`${ITEMS}${text}`)
      const wild = operations.filter(({ flags }) => (flags & Flag.WILD) !== 0)
      return { outcome, log, wild: wild.map(({ op, b }) => `${op} ${b}`) }
    }
    const e = `const e = new list_head()\nlist_add(e, head)\nlist_del(e)\n`

    it('are poisoned by list_del(): a second one writes there, and the task ends', () => {
      expect(run(`${e}list_del(e)\nsay('after')`)).toMatchObject({ outcome: 'oops', log: [], wild: ['write 0'] })
      expect(run(`${e}list_del_init(e)`)).toMatchObject({ outcome: 'oops', wild: ['write 0'] })
      expect(run(`${e}k.list_move(e, head)`)).toMatchObject({ outcome: 'oops', wild: ['write 0'] })
      expect(run(`${e}list_del(head)\nlist_add(e, head)`)).toMatchObject({ outcome: 'oops', wild: ['write 0'] })
    })

    it('may be added again after list_del(), and deleted again after list_del_init()', () => {
      expect(run(`${e}say(list_empty(e))\nlist_add(e, head)\nsay(k.list_count_nodes(head))`).log).toEqual([
        'false',
        '1',
      ])
      expect(run(`const e = new list_head()\nlist_add(e, head)\nlist_del_init(e)\nlist_del(e)`).outcome).toBe(
        'completed',
      )
    })

    it('begin as zeroes: what was never initialised is no list', () => {
      const oops = { outcome: 'oops', log: [] }
      expect(run(`list_del(new list_head())\nsay('after')`)).toMatchObject(oops)
      expect(run(`const h = new list_head()\nlist_add(item(1).node, h)\nsay('after')`)).toMatchObject(oops)
      expect(run(`const h = {}\nlist_add(item(1).node, h)\nsay('after')`)).toMatchObject(oops)
      expect(run(`const h = new list_head()\nsay(list_empty(h), h.next === null)`).log).toEqual(['false true'])
      expect(run(`const e = {}\nlist_add(e, head)\nsay(head.next === e, k.list_count_nodes(head))`)).toMatchObject({
        outcome: 'completed',
        log: ['true 1'],
      })
    })

    it('may be plain objects that INIT_LIST_HEAD() initialises in place', () => {
      const text = `const h = {}, e = {}
        say(k.INIT_LIST_HEAD(h) === h, h.next === h, list_empty(h))
        k.INIT_LIST_HEAD(e)
        list_add(e, h)
        say(h.next === e, e.prev === h, k.list_count_nodes(h))`
      expect(run(text)).toMatchObject({ outcome: 'completed', log: ['true true true', 'true true 1'] })
    })
  })
})
